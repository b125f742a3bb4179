//! Draws from the symmetric beta distribution.

use crate::Stream;

impl Stream {
    /// A draw from `Beta(shape, shape)` in `[0, 1]`, made of words `4 block` and `4 block + 1` whatever the shape.
    ///
    /// ```text
    /// z = (u^(-1 / shape) - 1) cos^2(2 pi v)          beta = 1/2 + sign(cos(2 pi v)) / (2 sqrt(1 + 1 / z))
    /// ```
    ///
    /// Small shapes put nearly all mass on 0 and 1, which this reaches without overflow; `shape` is positive.
    ///
    /// # Source
    /// Devroye 1996, "Random variate generation in one line of code"; it is Bailey's polar method (1994) for Student's t with
    /// `2 shape` degrees of freedom, mapped to the beta distribution.
    pub fn symmetric_beta(&self, shape: f64, block: u32) -> f64 {
        const SCALE: f64 = 1.0 / 4_294_967_296.0;
        let [a, b, ..] = self.block(block);
        // (a + 1) / 2^32 lies in (0, 1]: the power is at least 1, and infinite at worst.
        let power = ((f64::from(a) + 1.0) * SCALE).powf(-1.0 / shape);
        // In f64 no multiple of 2^-32 has cosine zero, so that an infinite power stays infinite.
        let cosine = (std::f64::consts::TAU * f64::from(b) * SCALE).cos();
        let z = (power - 1.0) * cosine * cosine;
        0.5 + cosine.signum() / (2.0 * (1.0 + 1.0 / z).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use crate::{At, Purpose, Stream};

    const DRAWS: usize = 40_000;

    type Cumulative = fn(f64) -> f64;

    fn draws(shape: f64) -> Vec<f64> {
        let stream = Stream::new(11, Purpose::Mixup, At::default());
        let draw = |block| stream.symmetric_beta(shape, block);
        (0..DRAWS as u32).map(draw).collect()
    }

    /// Where the distribution function is elementary; 1.95 / sqrt(n) is the 0.1 % point of Kolmogorov's statistic.
    #[test]
    fn the_distribution_function_is_that_of_beta() {
        let arcsine = |x: f64| 2.0 / std::f64::consts::PI * x.sqrt().asin();
        let known: [(f64, Cumulative); 4] = [
            (0.5, arcsine),
            (1.0, |x| x),
            (2.0, |x| x * x * (3.0 - 2.0 * x)),
            (3.0, |x| x.powi(3) * (10.0 - 15.0 * x + 6.0 * x * x)),
        ];
        for (shape, cumulative) in known {
            let mut values = draws(shape);
            values.sort_by(f64::total_cmp);
            let n = values.len() as f64;
            let distance = values.iter().enumerate().fold(0.0f64, |worst, (i, &x)| {
                let expected = cumulative(x);
                let (below, above) = (i as f64 / n, (i + 1) as f64 / n);
                worst.max(expected - below).max(above - expected)
            });
            assert!(distance < 1.95 / n.sqrt(), "{shape}: {distance}");
        }
    }

    /// Mean 1/2, variance `1 / (4 (2 a + 1))`, fourth central moment `3 / (16 (2 a + 1) (2 a + 3))`.
    #[test]
    fn moments_are_those_of_beta() {
        for shape in [0.01, 0.1, 0.2, 0.4, 1.5, 8.0, 200.0] {
            let values = draws(shape);
            assert!(values.iter().all(|x| (0.0..=1.0).contains(x)), "{shape}");
            let n = values.len() as f64;
            let moment = |power| values.iter().map(|x| (x - 0.5f64).powi(power)).sum::<f64>() / n;
            let variance = 1.0 / (4.0 * (2.0 * shape + 1.0));
            let fourth = 3.0 / (16.0 * (2.0 * shape + 1.0) * (2.0 * shape + 3.0));
            let bound = 5.0 * (variance / n).sqrt();
            assert!(moment(1).abs() < bound, "{shape}: mean {}", moment(1));
            let bound = 5.0 * ((fourth - variance * variance) / n).sqrt();
            assert!(
                (moment(2) - variance).abs() < bound,
                "{shape}: variance {}",
                moment(2)
            );
            assert!(
                (moment(4) / fourth - 1.0).abs() < 0.06,
                "{shape}: fourth {}",
                moment(4)
            );
        }
    }
}
