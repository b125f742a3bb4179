//! Balls around an input: projections onto them and steps of steepest ascent within them.

use super::threat::Threat;
use crate::Norm;

/// Moves `point` to the nearest point of the ball around `center`, then clips it to the bounds.
///
/// ```text
/// linf  x + clip(d, -r, r)        l2  x + d min(1, r / |d|)        l1  x + sign(d) max(|d| - t, 0) with sum max(|d| - t, 0) = r
/// ```
///
/// Ball first and box second, as torchattacks does: where the bounds are active, other orders give other points of the set. The result
/// lies in both, since a clip of a point towards a valid center lessens every coordinate of the difference.
///
/// # Shapes
/// - `point`, `center`: `[F]`, the center within the bounds
///
/// # Source
/// Madry et al. 2018, section 2.1, <https://arxiv.org/abs/1706.06083>; l1: Duchi et al. 2008, figure 1,
/// <https://doi.org/10.1145/1390156.1390191>.
pub fn project(point: &mut [f32], center: &[f32], threat: &Threat) {
    let radius = threat.radius;
    match threat.norm {
        Norm::Linf => {
            let r = radius as f32;
            for (p, &x) in point.iter_mut().zip(center) {
                *p = x + (*p - x).clamp(-r, r);
            }
        }
        Norm::L2 => {
            let norm = Norm::L2.distance(point, center);
            if norm > radius {
                let factor = (radius / norm) as f32;
                for (p, &x) in point.iter_mut().zip(center) {
                    *p = x + (*p - x) * factor;
                }
            }
        }
        Norm::L1 => {
            let threshold = l1_threshold(point, center, radius) as f32;
            if threshold > 0.0 {
                for (p, &x) in point.iter_mut().zip(center) {
                    let d = *p - x;
                    *p = x + d.signum() * (d.abs() - threshold).max(0.0);
                }
            }
        }
    }
    clip(point, threat);
}

/// Clips to the bounds.
pub(crate) fn clip(point: &mut [f32], threat: &Threat) {
    if let Some((low, high)) = threat.bounds {
        for p in point {
            *p = p.clamp(low, high);
        }
    }
}

/// By how much an l1 projection shrinks every coordinate; zero within the ball.
fn l1_threshold(point: &[f32], center: &[f32], radius: f64) -> f64 {
    let mut sizes: Vec<f64> = point
        .iter()
        .zip(center)
        .map(|(&p, &x)| (f64::from(p) - f64::from(x)).abs())
        .collect();
    if sizes.iter().sum::<f64>() <= radius {
        return 0.0;
    }
    sizes.sort_unstable_by(|a, b| b.total_cmp(a));
    let (mut sum, mut threshold) = (0.0, 0.0);
    for (count, &size) in (1..).zip(&sizes) {
        sum += size;
        let candidate = (sum - radius) / f64::from(count);
        // The threshold belongs to the coordinates that stay above it.
        if size <= candidate {
            break;
        }
        threshold = candidate;
    }
    threshold
}

/// Adds a step of length `size` that raises a function of this gradient the most, to first order.
///
/// ```text
/// linf  size sign(g)        l2  size g / |g|        l1  size sign(g_i) / k on the k largest |g_i| that the bounds leave room
/// ```
///
/// `k = 1` is the steepest ascent of l1; more coordinates save steps (Tramer & Boneh 2019, section 4).
///
/// # Shapes
/// - `point`, `gradient`: `[F]`
pub(crate) fn ascend(
    point: &mut [f32],
    gradient: &[f32],
    size: f64,
    sparsity: usize,
    threat: &Threat,
) {
    match threat.norm {
        Norm::Linf => {
            let size = size as f32;
            for (p, &g) in point.iter_mut().zip(gradient) {
                *p += size * sign(g);
            }
        }
        Norm::L2 => {
            // A gradient of nothing is no direction.
            let factor = (size / Norm::L2.of_f32(gradient).max(1e-10)) as f32;
            for (p, &g) in point.iter_mut().zip(gradient) {
                *p += factor * g;
            }
        }
        Norm::L1 => {
            let largest = largest(point, gradient, sparsity, threat);
            let each = (size / largest.len().max(1) as f64) as f32;
            for i in largest {
                point[i] += each * sign(gradient[i]);
            }
        }
    }
}

/// [`ascend`], then [`project`]; in linf in one pass, which is most of what an attack does beside the networks.
pub(crate) fn ascend_within(
    point: &mut [f32],
    gradient: &[f32],
    center: &[f32],
    size: f64,
    sparsity: usize,
    threat: &Threat,
) {
    if threat.norm != Norm::Linf {
        ascend(point, gradient, size, sparsity, threat);
        project(point, center, threat);
        return;
    }
    let (size, r, (low, high)) = (size as f32, threat.radius as f32, threat.bounds());
    for ((p, &g), &x) in point.iter_mut().zip(gradient).zip(center) {
        let moved = (*p + size * sign(g) - x).clamp(-r, r);
        *p = (x + moved).clamp(low, high);
    }
}

/// `-1`, `0` or `1`; `signum` has no zero. Without a branch, so that loops over it become vector code.
#[inline]
pub(crate) fn sign(value: f32) -> f32 {
    f32::from(i8::from(value > 0.0) - i8::from(value < 0.0))
}

/// Places of the `count` largest slopes along which the bounds leave room.
fn largest(point: &[f32], gradient: &[f32], count: usize, threat: &Threat) -> Vec<usize> {
    let (low, high) = threat.bounds();
    let movable = |&i: &usize| match sign(gradient[i]) {
        s if s > 0.0 => point[i] < high,
        s if s < 0.0 => point[i] > low,
        _ => false,
    };
    let mut places: Vec<usize> = (0..point.len()).filter(movable).collect();
    let count = count.clamp(1, point.len().max(1));
    if places.len() > count {
        let by_size = |a: &usize, b: &usize| gradient[*b].abs().total_cmp(&gradient[*a].abs());
        places.select_nth_unstable_by(count - 1, by_size);
        places.truncate(count);
    }
    places
}

/// The least `d`, with `x + d` within the bounds, that reaches the hyperplane `w.d = gap`; the furthest towards it if none does.
///
/// ```text
/// min |d| subject to w.d = gap, low - x <= d <= high - x
/// linf  d_i = sign(w_i) min(t, room_i)        l2  d_i = w_i min(t, room_i / |w_i|)        l1  largest |w_i| first, each up to room_i
/// ```
///
/// `w.d` grows with `t` in straight pieces between the coordinates' rooms, so that sorting these finds `t` exactly.
///
/// # Shapes
/// - `x`, `w`: `[F]`; returns `[F]`
///
/// # Source
/// Croce & Hein 2020, section 2.2, <https://arxiv.org/abs/1907.02044>.
pub(crate) fn to_hyperplane(x: &[f32], w: &[f32], gap: f64, threat: &Threat) -> Vec<f32> {
    let toward = if gap < 0.0 { -1.0 } else { 1.0 };
    let (low, high) = threat.bounds();
    let room = |i: usize| {
        let up = f64::from(sign(w[i])) * toward > 0.0;
        let end = if up { high - x[i] } else { x[i] - low };
        f64::from(end).max(0.0)
    };
    let slope = |i: usize| f64::from(w[i]).abs();
    let moved: Vec<f64> = match threat.norm {
        Norm::Linf => {
            let t = rise(gap.abs(), w.len(), |i| (slope(i), room(i)));
            (0..w.len()).map(|i| t.min(room(i))).collect()
        }
        Norm::L2 => {
            let end = |i: usize| room(i) / slope(i).max(f64::MIN_POSITIVE);
            let t = rise(gap.abs(), w.len(), |i| (slope(i).powi(2), end(i)));
            (0..w.len()).map(|i| slope(i) * t.min(end(i))).collect()
        }
        Norm::L1 => greedy(gap.abs(), w.len(), slope, room),
    };
    let signed = (0..w.len()).map(|i| (toward * f64::from(sign(w[i])) * moved[i]) as f32);
    signed.collect()
}

/// The `t` at which `sum_i rate_i min(t, end_i)` reaches `gap`; the last end if it never does.
fn rise(gap: f64, count: usize, of: impl Fn(usize) -> (f64, f64)) -> f64 {
    let mut pieces: Vec<(f64, f64)> = (0..count).map(of).filter(|p| p.0 > 0.0).collect();
    let mut rate: f64 = pieces.iter().map(|p| p.0).sum();
    if rate == 0.0 {
        return 0.0;
    }
    // Most often nothing ends before the hyperplane is reached.
    let direct = gap / rate;
    if pieces.iter().all(|p| p.1 >= direct) {
        return direct;
    }
    pieces.sort_unstable_by(|a, b| a.1.total_cmp(&b.1));
    let (mut t, mut left) = (0.0, gap);
    for (own, end) in pieces {
        let gained = rate * (end - t);
        if gained >= left {
            return t + left / rate;
        }
        (t, left, rate) = (end, left - gained, rate - own);
    }
    t
}

/// Steepest coordinates first, each as far as it goes.
fn greedy(
    gap: f64,
    count: usize,
    slope: impl Fn(usize) -> f64,
    room: impl Fn(usize) -> f64,
) -> Vec<f64> {
    let mut order: Vec<usize> = (0..count).filter(|&i| slope(i) > 0.0).collect();
    order.sort_unstable_by(|&a, &b| slope(b).total_cmp(&slope(a)));
    let (mut moved, mut left) = (vec![0.0; count], gap);
    for i in order {
        moved[i] = room(i).min(left / slope(i));
        left -= moved[i] * slope(i);
        if left <= 0.0 {
            break;
        }
    }
    moved
}
