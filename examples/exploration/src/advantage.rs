//! What an action brought beyond what was expected.

/// Advantages of an episode's actions (Schulman et al. 2016, equation 16).
///
/// ```text
/// A_t = δ_t + γ κ A_{t+1}        δ_t = r_t + γ V_{t+1} - V_t        κ = 1: return less baseline
/// ```
///
/// # Shapes
/// - `values`: one more than `rewards`: `V` of every state, and of that after the last action, 0 where the episode ended
pub(crate) fn advantages(rewards: &[f64], values: &[f64], discount: f64, trace: f64) -> Vec<f64> {
    let mut all = vec![0.0; rewards.len()];
    let mut next = 0.0;
    for t in (0..rewards.len()).rev() {
        let surprise = rewards[t] + discount * values[t + 1] - values[t];
        next = surprise + discount * trace * next;
        all[t] = next;
    }
    all
}
