//! p-values adjusted for having asked several questions.

/// Bonferroni's adjusted p-values, `min(1, m p)`: controls the chance of a single false finding.
pub fn bonferroni(p: &[f64]) -> Vec<f64> {
    p.iter()
        .map(|one| (p.len() as f64 * one).min(1.0))
        .collect()
}

/// Holm's adjusted p-values: the same guarantee as Bonferroni's, never larger.
///
/// ```text
/// p'_(i) = max_{j <= i} min(1, (m - j + 1) p_(j))      p_(1) <= p_(2) <= ...
/// ```
///
/// # Source
/// Holm 1979, <https://www.jstor.org/stable/4615733>.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut adjusted = vec![0.0; p.len()];
    let mut largest = 0.0_f64;
    for (place, index) in ascending_order(p).into_iter().enumerate() {
        largest = largest.max((p.len() - place) as f64 * p[index]).min(1.0);
        adjusted[index] = largest;
    }
    adjusted
}

/// Benjamini & Hochberg's adjusted p-values: controls the expected share of false findings.
///
/// ```text
/// p'_(i) = min_{j >= i} min(1, m p_(j) / j)
/// ```
///
/// # Source
/// Benjamini & Hochberg 1995, <https://doi.org/10.1111/j.2517-6161.1995.tb02031.x>.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut adjusted = vec![0.0; p.len()];
    let mut smallest = 1.0_f64;
    for (place, index) in ascending_order(p).into_iter().enumerate().rev() {
        smallest = smallest.min(p.len() as f64 * p[index] / (place + 1) as f64);
        adjusted[index] = smallest;
    }
    adjusted
}

fn ascending_order(p: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    order
}
