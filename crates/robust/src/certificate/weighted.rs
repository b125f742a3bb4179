//! The two sums behind every linear bound.

/// Sums that are kept apart so that they fill vector registers.
const LANES: usize = 8;

/// `(sum_i a_i b_i, sum_i abs(a_i) c_i)`.
pub(super) fn weighted_sums(a: &[f64], b: &[f64], c: &[f64]) -> (f64, f64) {
    let (mut signed, mut absolute) = ([0.0; LANES], [0.0; LANES]);
    let ((a, a_rest), (b, b_rest), (c, c_rest)) = (
        a.as_chunks::<LANES>(),
        b.as_chunks::<LANES>(),
        c.as_chunks::<LANES>(),
    );
    for ((a, b), c) in a.iter().zip(b).zip(c) {
        for i in 0..LANES {
            signed[i] += a[i] * b[i];
            absolute[i] += a[i].abs() * c[i];
        }
    }
    let rest = a_rest.iter().zip(b_rest).zip(c_rest);
    rest.fold(
        (signed.iter().sum(), absolute.iter().sum()),
        |(signed, absolute), ((a, b), c)| (signed + a * b, absolute + a.abs() * c),
    )
}

#[cfg(test)]
mod tests {
    use super::weighted_sums;

    #[test]
    fn sums_are_those_of_every_term() {
        for n in [0, 1, 7, 8, 9, 31] {
            let a: Vec<f64> = (0..n).map(|i| f64::from(i) - 4.0).collect();
            let b: Vec<f64> = (0..n).map(|i| f64::from(i * i)).collect();
            let c: Vec<f64> = (0..n).map(|i| f64::from(i) + 1.0).collect();
            let signed: f64 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
            let absolute: f64 = a.iter().zip(&c).map(|(a, c)| a.abs() * c).sum();
            assert_eq!(weighted_sums(&a, &b, &c), (signed, absolute), "{n}");
        }
    }
}
