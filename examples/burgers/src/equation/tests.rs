//! Two solutions of one equation, and each against what is known of it.

use super::{END, Etdrk4, POINTS, Start, TAU, VISCOSITY};
use crate::field::{SIDE, TIMES, moment, place};

fn starts() -> [Start; 3] {
    [
        Start(vec![[0.0, 1.0]]),
        Start(vec![[0.3, -0.4], [0.1, 0.2], [-0.05, 0.08]]),
        Start(vec![[-0.5, 0.1], [0.2, -0.1]]),
    ]
}

/// `Σ (x/2)^(2m+n) / (m! (m+n)!)`.
fn bessel_i(n: i32, x: f64) -> f64 {
    let first = (1..=n).fold(1.0, |product, k| product * x / 2.0 / f64::from(k));
    let terms = (1..60).scan(first, |term, m| {
        *term *= x * x / 4.0 / f64::from(m * (m + n));
        Some(*term)
    });
    first + terms.sum::<f64>()
}

/// From `sin x` the transformed field is `I_0(z) + 2 Σ I_n(z) e^(-ν n² t) cos nx` with `z = 1/2ν`, which cancels little at `ν = 1/2`.
#[test]
fn cole_and_hopfs_integral_is_their_series() {
    let (viscosity, start) = (0.5, Start(vec![[0.0, 1.0]]));
    for t in [0.05, 0.7, 2.0] {
        for x in [0.1, 1.9, 3.1, 4.4] {
            let (mut above, mut below) = (0.0, bessel_i(0, 1.0));
            for n in 1..40 {
                let number = f64::from(n);
                let size = 2.0 * bessel_i(n, 1.0) * (-viscosity * number * number * t).exp();
                above += 2.0 * viscosity * number * size * (number * x).sin();
                below += size * (number * x).cos();
            }
            let found = start.cole_hopf([x, t], viscosity);
            assert!((found - above / below).abs() < 1e-12, "{x} {t} {found}");
        }
    }
}

#[test]
fn both_solutions_agree_before_the_front_and_after() {
    for start in starts() {
        let field = start.solve(SIDE, TIMES);
        for t in 0..TIMES {
            for x in (0..SIDE).step_by(5) {
                let exact = start.cole_hopf([place(x), moment(t)], VISCOSITY);
                let limit = if moment(t) < 1.0 { 1e-9 } else { 1e-8 };
                let off = (exact - field[t * SIDE + x]).abs();
                assert!(off < limit, "{x} {t} {off}");
            }
        }
    }
}

/// A step half as long errs a sixteenth.
#[test]
fn steps_are_of_fourth_order() {
    let [start, ..] = starts();
    let error = |steps: i32| {
        let mut solver = Etdrk4::new(POINTS, END / 2.0 / f64::from(steps), VISCOSITY);
        let places = (0..POINTS).map(|place| TAU * place as f64 / POINTS as f64);
        let mut waves = solver.waves(places.clone().map(|x| start.value(x)));
        (0..steps).for_each(|_| solver.step(&mut waves));
        let values = solver.values(&waves).into_iter().zip(places);
        let off = values.map(|(u, x)| (u - start.cole_hopf([x, END / 2.0], VISCOSITY)).abs());
        off.fold(0.0, f64::max)
    };
    let order = (error(64) / error(128)).log2();
    assert!((3.7..4.4).contains(&order), "{order}");
}

/// What is small only diffuses: `a e^(-ν k² t) sin kx`.
#[test]
fn small_waves_do_not_steepen() {
    let start = Start(vec![[0.0, 0.0], [0.0, 1e-7]]);
    let field = start.solve(SIDE, TIMES);
    let (x, t) = (9, 20);
    let expected = 1e-7 * (-4.0 * VISCOSITY * moment(t)).exp() * (2.0 * place(x)).sin();
    assert!((field[t * SIDE + x] / expected - 1.0).abs() < 1e-5);
    assert!((start.cole_hopf([place(x), moment(t)], VISCOSITY) / expected - 1.0).abs() < 1e-5);
}
