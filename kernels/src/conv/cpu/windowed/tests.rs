//! Windows times matrices against their definition, on every vector unit that this machine has.

use super::{Finish, Panels, Scratch, Sliding, Unit};
use crate::Window;
use crate::cpu::share::Shared;

/// Multiples of 1/8 below 2: their sums are exact in f32.
fn grid(len: usize, step: usize) -> Vec<f32> {
    let values = (0..len).map(|i| (i * step % 31) as f32 / 8.0 - 2.0);
    values.collect()
}

/// Calls `visit(value of the window, pixel of the output, float of the image)`.
fn each(window: Window, channels: usize, mut visit: impl FnMut(usize, usize, usize)) {
    let ([height, width], [kh, kw]) = (window.output(), window.kernel);
    for pixel in 0..height * width {
        for value in 0..kh * kw * channels {
            let row = pixel / width * window.stride[0] + value / (kw * channels);
            let column = pixel % width * window.stride[1] + value / channels % kw;
            let place = (row * window.size[1] + column) * channels + value % channels;
            visit(value, pixel, place);
        }
    }
}

fn check(unit: Unit, window: Window, channels: usize, columns: usize) {
    let image = grid(window.inputs() * channels, 7);
    let weight = grid(window.taps() * channels * columns, 11);
    let (dz, bias) = (grid(window.outputs() * columns, 13), grid(columns, 5));
    let mut expected = bias.repeat(window.outputs());
    let mut expected_dw = vec![1.0; weight.len()];
    each(window, channels, |value, pixel, place| {
        for c in 0..columns {
            let (w, z) = (value * columns + c, pixel * columns + c);
            expected[z] += image[place] * weight[w];
            expected_dw[w] += image[place] * dz[z];
        }
    });
    let mut panels = Panels::new(unit);
    panels.pack(window.taps() * channels, columns, |i| {
        &weight[i * columns..]
    });
    let (mut z, mut dw) = (vec![0.0; dz.len()], vec![1.0; weight.len()]);
    let sliding = Sliding::of(window, channels);
    // SAFETY: the machine has the unit, and the vectors have the sizes that the window wants.
    unsafe {
        let finish = Finish {
            bias: Some(&bias),
            relu: true,
        };
        sliding.forward(unit, &image, &panels, columns, finish, Shared::new(&mut z));
        sliding.weight_gradient(unit, &image, &dz, &mut Scratch::new(unit), columns, &mut dw);
    }
    let relu: Vec<f32> = expected.iter().map(|z| z.max(0.0)).collect();
    assert_eq!(z, relu, "{unit:?} {window:?} {channels} {columns}");
    assert_eq!(dw, expected_dw, "{unit:?} {window:?} {channels} {columns}");
}

#[test]
fn windows_are_multiplied_on_every_vector_unit() {
    let windows = [
        ([5, 16], [3, 3], [1, 1]),
        ([9, 8], [2, 3], [3, 2]),
        ([3, 29], [1, 1], [1, 2]),
        ([7, 7], [7, 7], [1, 1]),
        ([40, 12], [3, 2], [1, 1]),
    ];
    for (size, kernel, stride) in windows {
        let window = Window::new(size, kernel, stride, [0, 0]).expect("a window");
        for unit in Unit::ALL.into_iter().filter(|unit| unit.is_here()) {
            for (channels, columns) in [(1, 3), (2, 8), (5, 33), (9, 70), (340, 5)] {
                check(unit, window, channels, columns);
            }
        }
    }
}
