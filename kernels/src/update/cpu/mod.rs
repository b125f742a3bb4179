//! `update` on the CPU: one streaming pass over parameter, gradient and slots.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use crate::cpu::share::{Shared, each};
use crate::cpu::storage::{contiguous, floats, owned};
use crate::cpu::vector::widest;
use crate::update::expect_update;
use crate::update::{Decay, Direction, Rule, Scalars, UpdateOps, column};
use element::{
    AdaGrad, Adam, Anchored, Cautious, Composed, Element, Everywhere, Lion, Momentum, Moves, Pulls,
    RmsProp, Row, Sgd,
};

mod element;

impl UpdateOps for Flex {
    fn update(
        parameter: FlexTensor,
        gradient: FlexTensor,
        slots: FlexTensor,
        scalars: FlexTensor,
        group: usize,
        rule: Rule,
    ) -> (FlexTensor, FlexTensor) {
        expect_update(&parameter, &gradient, &slots, &scalars, group, rule);
        let (gradient, scalars) = (contiguous(gradient), contiguous(scalars));
        let (g, scalars) = (floats(&gradient), floats(&scalars));
        let members = parameter.layout().shape()[0];
        let table = &scalars[group * members * Scalars::COUNT..][..members * Scalars::COUNT];
        let mut after = None;
        let parameter = owned(parameter, |w| {
            after = Some(owned(slots, |slots| step(w, g, slots, table, rule)));
        });
        let slots = after.unwrap_or_else(|| unreachable!("`owned` runs its closure"));
        (parameter, slots)
    }
}

/// Elements per piece of work: the four streams of a piece fit the first-level cache's neighbourhood.
const PIECE: usize = 1 << 13;

fn step(w: &mut [f32], g: &[f32], slots: &mut [f32], table: &[f32], rule: Rule) {
    let len = w.len();
    let members = table.len() / Scalars::COUNT;
    let width = len / members.max(1);
    let pieces = width.div_ceil(PIECE);
    let (w, slots) = (Shared::new(w), Shared::new(slots));
    let pass = pass_of(rule);
    let moments = rule.direction.moments();
    each(members * pieces, |item| {
        let r = item / pieces;
        let start = r * width + item % pieces * PIECE;
        let size = PIECE.min((r + 1) * width - start);
        let row: &Row = table[r * Scalars::COUNT..]
            .first_chunk()
            .unwrap_or_else(|| unreachable!("the table has a row per member"));
        if row[column::EPSILON] < 0.0 {
            return;
        }
        let g = &g[start..start + size];
        // SAFETY: pieces are disjoint; slot `k` of an element lies `k * len` further, and `expect_update` has seen that
        // there are as many as the rule keeps.
        let slot = |k: usize| unsafe { slots.slice(k * len + start, size) };
        let anchor: &[f32] = match rule.decay {
            Decay::Anchored => slot(moments),
            Decay::Plain | Decay::Cautious => g,
        };
        let own = [0, 1, 2].map(|k| if k < moments { slot(k) } else { &mut [] });
        // SAFETY: as above.
        pass(unsafe { w.slice(start, size) }, g, anchor, own, row);
    });
}

/// One pass over a piece: weights, gradients, reference point, moments.
type Pass = fn(&mut [f32], &[f32], &[f32], [&mut [f32]; 3], &Row);

fn pass_of(rule: Rule) -> Pass {
    match rule.direction {
        Direction::Sgd => with_decay::<Sgd>(rule),
        Direction::Momentum { .. } => with_decay::<Momentum>(rule),
        Direction::AdaGrad => with_decay::<AdaGrad>(rule),
        Direction::RmsProp { centered, momentum } => {
            if centered {
                rms_prop::<true>(rule, momentum)
            } else {
                rms_prop::<false>(rule, momentum)
            }
        }
        Direction::Adam { amsgrad: true, .. } => with_decay::<Adam<true>>(rule),
        Direction::Adam { .. } => with_decay::<Adam<false>>(rule),
        Direction::Lion => with_decay::<Lion>(rule),
    }
}

fn rms_prop<const CENTERED: bool>(rule: Rule, momentum: bool) -> Pass {
    if momentum {
        with_decay::<RmsProp<CENTERED, true>>(rule)
    } else {
        with_decay::<RmsProp<CENTERED, false>>(rule)
    }
}

fn with_decay<M: Moves>(rule: Rule) -> Pass {
    match rule.decay {
        Decay::Plain => with_proximal::<M, Everywhere>(rule),
        Decay::Cautious => with_proximal::<M, Cautious>(rule),
        Decay::Anchored => with_proximal::<M, Anchored>(rule),
    }
}

fn with_proximal<M: Moves, P: Pulls>(rule: Rule) -> Pass {
    if rule.proximal {
        pass::<Composed<M, P, true>>
    } else {
        pass::<Composed<M, P, false>>
    }
}

fn pass<E: Element>(w: &mut [f32], g: &[f32], anchor: &[f32], m: [&mut [f32]; 3], row: &Row) {
    let [a, b, c] = m;
    match E::MOMENTS {
        0 => without_moments::<E>(w, g, anchor, row),
        1 => with_one::<E>(w, g, anchor, a, row),
        2 => with_two::<E>(w, g, anchor, a, b, row),
        _ => with_three::<E>(w, g, anchor, a, b, c, row),
    }
}

widest! {
    fn without_moments<E: Element>(w: &mut [f32], g: &[f32], anchor: &[f32], row: &Row) {
        let row = *row;
        for ((w, &g), &anchor) in w.iter_mut().zip(g).zip(anchor) {
            (*w, _) = E::step(*w, g, anchor, [0.0; 3], &row);
        }
    }
}

widest! {
    fn with_one<E: Element>(w: &mut [f32], g: &[f32], anchor: &[f32], a: &mut [f32], row: &Row) {
        let row = *row;
        for (((w, &g), &anchor), a) in w.iter_mut().zip(g).zip(anchor).zip(a) {
            (*w, [*a, ..]) = E::step(*w, g, anchor, [*a, 0.0, 0.0], &row);
        }
    }
}

widest! {
    fn with_two<E: Element>(
        w: &mut [f32],
        g: &[f32],
        anchor: &[f32],
        a: &mut [f32],
        b: &mut [f32],
        row: &Row,
    ) {
        let row = *row;
        for ((((w, &g), &anchor), a), b) in w.iter_mut().zip(g).zip(anchor).zip(a).zip(b) {
            (*w, [*a, *b, _]) = E::step(*w, g, anchor, [*a, *b, 0.0], &row);
        }
    }
}

widest! {
    fn with_three<E: Element>(
        w: &mut [f32],
        g: &[f32],
        anchor: &[f32],
        a: &mut [f32],
        b: &mut [f32],
        c: &mut [f32],
        row: &Row,
    ) {
        let row = *row;
        for (((((w, &g), &anchor), a), b), c) in w.iter_mut().zip(g).zip(anchor).zip(a).zip(b).zip(c) {
            (*w, [*a, *b, *c]) = E::step(*w, g, anchor, [*a, *b, *c], &row);
        }
    }
}
