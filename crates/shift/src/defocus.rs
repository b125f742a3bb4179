//! Defocus: every point becomes a disk.

use crate::border::Border;
use crate::image::Image;
use crate::kernel::Kernel;

/// `(radius, sigma)` by severity in pixels of a side of 32: the disk, and the 3 x 3 Gaussian that softens its edge.
const STRENGTH: [(f64, f64); 5] = [(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1.0, 0.2), (1.5, 0.1)];

pub(crate) fn defocus(image: &mut Image<'_>, severity: usize) {
    let (radius, sigma) = STRENGTH[severity];
    let kernel = soft_disk(radius, sigma).stretched(image.size.scale());
    image.map_planes(|plane, size| kernel.apply(plane, size, Border::Mirror));
}

/// Pixels whose centres lie within `radius`, all equal, each then spread over its eight neighbours.
fn soft_disk(radius: f64, sigma: f64) -> Kernel {
    let reach = radius.floor() as isize;
    let inside = move |&(dy, dx): &(isize, isize)| ((dy * dy + dx * dx) as f64) <= radius * radius;
    let disk: Vec<(isize, isize)> = (-reach..=reach)
        .flat_map(|dy| (-reach..=reach).map(move |dx| (dy, dx)))
        .filter(inside)
        .collect();
    let side = (-0.5 / (sigma * sigma)).exp();
    let weights = [side, 1.0, side].map(|w| w / (1.0 + 2.0 * side));
    let count = disk.len() as f64;
    Kernel::new(disk.into_iter().flat_map(move |(dy, dx)| {
        (0..9).map(move |i: isize| {
            let (down, right) = (i / 3, i % 3);
            let weight = weights[down as usize] * weights[right as usize] / count;
            ((dy + down - 1, dx + right - 1), weight)
        })
    }))
}
