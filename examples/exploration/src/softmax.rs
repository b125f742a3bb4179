//! Policies over a few actions, by logits.

/// `π_k = exp(z_k) / Σ_j exp(z_j)`, in place of the logits.
pub(crate) fn softmax(logits: &mut [f64]) {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    logits.iter_mut().for_each(|z| *z = (*z - largest).exp());
    let sum: f64 = logits.iter().sum();
    logits.iter_mut().for_each(|p| *p /= sum);
}

/// `H = -Σ π ln π` in nats; an action that is never taken has no share in it.
pub(crate) fn entropy(policy: &[f64]) -> f64 {
    let taken = policy.iter().filter(|p| **p > 0.0);
    -taken.map(|p| p * p.ln()).sum::<f64>()
}

/// Largest less smallest logit.
pub(crate) fn spread(logits: &[f64]) -> f64 {
    let [low, high] = [f64::min, f64::max].map(|f| logits.iter().copied().reduce(f));
    high.zip(low).map_or(0.0, |(high, low)| high - low)
}

/// The action that a uniform number from `[0, 1)` draws.
pub(crate) fn draw(policy: &[f64], uniform: f64) -> usize {
    let mut left = uniform;
    let last = policy.len() - 1;
    let falls = |p: &f64| {
        left -= p;
        left < 0.0
    };
    policy.iter().position(falls).unwrap_or(last)
}

/// The slope of `weight ln π_action + bonus H` by the logits.
///
/// ```text
/// weight (1[k = action] - π_k) - bonus π_k (ln π_k + H)
/// ```
pub(crate) fn slopes(policy: &[f64], action: usize, weight: f64, bonus: f64, out: &mut [f64]) {
    let entropy = entropy(policy);
    for (k, (out, &p)) in out.iter_mut().zip(policy).enumerate() {
        let taken = f64::from(u8::from(k == action));
        *out = weight * (taken - p) - bonus * p * (p.max(f64::MIN_POSITIVE).ln() + entropy);
    }
}
