//! A convolution with its pooling against the two operations.

use super::Subject;
use super::conv::Layer;
use super::gradients::{Tape, Tracked, gradients};
use super::values::{Floats, assert_close, assert_same, draws, however_spread, member, window};
use crate::tests::Habits;
use crate::{Activation, ConvOps, ConvPoolOps, PoolOps, Window};

const TOLERANCE: f32 = 5e-6;

fn fused(inputs: &[Tracked], window: Window, activation: Activation, pool: Window) -> Tracked {
    let [x, w, b] = [0, 1, 2].map(|i| inputs[i].clone());
    Tape::conv2d_max_pool(x, w, b, window, activation, pool)
}

fn apart(inputs: &[Tracked], window: Window, activation: Activation, pool: Window) -> Tracked {
    let [x, w, b] = [0, 1, 2].map(|i| inputs[i].clone());
    Tape::max_pool(Tape::population_conv2d(x, w, b, window, activation), pool)
}

/// A convolution, and pools with and without overlap, padding and pixels that no window sees.
fn pairs() -> Vec<(Window, Window)> {
    let conv = window([8, 6], [3, 3], [1, 1], [1, 1]);
    let odd = window([9, 7], [3, 5], [2, 1], [1, 2]);
    vec![
        (conv, window([8, 6], [2, 2], [2, 2], [0, 0])),
        (conv, window([8, 6], [3, 3], [2, 2], [1, 1])),
        (odd, window([5, 7], [2, 3], [3, 3], [0, 1])),
    ]
}

#[test]
fn is_the_pool_of_the_convolution() {
    for (window, pool) in pairs().into_iter().step_by(Subject::SIZES_STEP) {
        for activation in Activation::ALL {
            let layer = Layer::new(2, 3, [3, 19], window);
            let inputs = [layer.x, layer.weight, layer.bias];
            let cotangent = draws([2, 3 * pool.outputs(), 19], 7);
            let run = |f: &(dyn Fn(&[Tracked]) -> Tracked + Sync)| -> [Floats; 4] {
                use burn::backend::AutodiffBackend;
                let y = Tape::inner(f(&inputs.each_ref().map(super::gradients::constant)));
                let mut all = gradients(&inputs, &cotangent, f);
                let db = all.pop().expect("db");
                let dw = all.pop().expect("dW");
                [y, all.pop().expect("dx"), dw, db]
            };
            let together = however_spread(|| run(&|i| fused(i, window, activation, pool)));
            let apart = run(&|i| apart(i, window, activation, pool));
            for (name, (together, apart)) in ["y", "dx", "dW", "db"]
                .iter()
                .zip(together.iter().zip(&apart))
            {
                let name = format!("{name} {activation:?} {pool:?}");
                match activation {
                    Activation::Identity | Activation::Relu => {
                        assert_same(&name, together, apart, TOLERANCE);
                    }
                    // The slope multiplies the gradients of overlapping windows before they are added, not after.
                    _ => assert_close(&name, together, apart, TOLERANCE),
                }
            }
        }
    }
}

#[test]
fn a_member_alone_equals_the_member_among_others() {
    let (conv, pool) = pairs()[0];
    let layer = Layer::new(3, 19, [3, 33], conv);
    let (x, weight, bias) = (&layer.x, &layer.weight, &layer.bias);
    let grad = draws([3, 19 * pool.outputs(), 33], 7);
    let run = |part: &dyn Fn(&Floats) -> Floats| {
        let (x, weight) = (part(x), part(weight));
        let (y, places) = Subject::conv2d_max_pool_with_places(
            x.clone(),
            weight.clone(),
            part(bias),
            conv,
            Activation::Relu,
            pool,
        );
        let (dx, dw, db) = Subject::conv2d_max_pool_backward(
            x.clone(),
            weight,
            y.clone(),
            places.clone(),
            part(&grad),
            conv,
            Activation::Relu,
            pool,
        );
        let dx2 = Subject::conv2d_max_pool_backward_input(
            part(&layer.weight),
            y.clone(),
            places.clone(),
            part(&grad),
            conv,
            Activation::Relu,
            pool,
        );
        assert_same("dx alone", &dx2, &dx, TOLERANCE);
        let (dw2, db2) = Subject::conv2d_max_pool_backward_parameters(
            x,
            y.clone(),
            places,
            part(&grad),
            conv,
            Activation::Relu,
            pool,
        );
        assert_same("dW alone", &dw2, &dw, TOLERANCE);
        assert_same("db alone", &db2, &db, TOLERANCE);
        [y, dx, dw, db]
    };
    let together = run(&Floats::clone);
    for r in [0, 2] {
        let alone = run(&|all| member(all, r));
        for (alone, together) in alone.iter().zip(&together) {
            assert_same("alone", alone, &member(together, r), TOLERANCE);
        }
    }
}
