//! The blocked product for the vector units: panels of `B`, each against all rows of `A`.

use super::product::{Finish, Matrix};
use super::share::Shared;
use super::tile::Tile;
use super::vector::Register;

/// Rows of `B` in a panel: a panel of 32 columns takes 32 KiB, which stays in the first-level cache.
const PANEL_ROWS: usize = 256;
/// The widest tile: two AVX-512 registers.
const PANEL_COLUMNS: usize = 32;

#[repr(align(64))]
struct Panel(
    #[allow(dead_code, reason = "reached through a pointer")] [f32; PANEL_ROWS * PANEL_COLUMNS],
);

thread_local! {
    static PANEL: std::cell::UnsafeCell<Panel> =
        const { std::cell::UnsafeCell::new(Panel([0.0; PANEL_ROWS * PANEL_COLUMNS])) };
}

/// `C = finish(A B)`; see [`product`](super::product::product).
///
/// # Safety
/// As for `product`, and the machine must have the features of `V`.
#[inline(always)]
pub(crate) unsafe fn panels<V: Register>(
    [m, n, k]: [usize; 3],
    a: Matrix,
    b: Matrix,
    c: Shared,
    c_row: usize,
    finish: Finish,
) {
    const { assert!(V::WIDE * V::LANES <= PANEL_COLUMNS) };
    let pack: *mut f32 = PANEL.with(|panel| panel.get().cast());
    let width = V::WIDE * V::LANES;
    // An empty inner dimension still has to write the epilogue of zero.
    let blocks = k.div_ceil(PANEL_ROWS).max(1);
    let block_rows = k.div_ceil(blocks);
    for first in (0..n).step_by(width) {
        let columns = (n - first).min(width);
        for block in 0..blocks {
            let start = (block * block_rows).min(k);
            let depth = (k - start).min(block_rows);
            let source = b.from(start, first);
            // SAFETY: the source has these rows and columns, as the caller vouches for; the packed panel has room for a block's rows,
            // of which tiles read the columns alone. It belongs to this thread, and no product starts another.
            unsafe {
                let (panel, panel_row) = if reads_in_place::<V>(b, m, depth) {
                    (source.data, b.row)
                } else {
                    fill_panel::<V>(pack, source, depth, columns);
                    (std::slice::from_raw_parts(pack, depth * width), width)
                };
                let finish = finish.of_columns(first, block + 1 == blocks);
                let tile = Tile {
                    segments: 1,
                    a_segment: 0,
                    depth,
                    columns,
                    panel,
                    panel_row,
                    a: a.from(0, start).data,
                    a_row: a.row,
                    a_column: a.column,
                    c: c.from(first),
                    c_row,
                    add: block > 0,
                    finish,
                };
                tile.all_rows::<V>(m);
            }
        }
    }
}

/// Whether a panel is better read where it lies than packed first: it serves few rows, or all of it fits the
/// first-level cache with what lies between its rows.
#[inline(always)]
fn reads_in_place<V: Register>(b: Matrix, m: usize, depth: usize) -> bool {
    b.column == 1 && (m <= 2 * V::TALL || depth * b.row <= PANEL_ROWS * PANEL_COLUMNS)
}

/// Copies `depth x columns` of `B` into rows of the tile's width.
///
/// # Safety
/// The source must have these elements, the panel room for `depth` rows, and the machine the features of `V`.
#[inline(always)]
unsafe fn fill_panel<V: Register>(pack: *mut f32, b: Matrix, depth: usize, columns: usize) {
    // SAFETY: the caller's promise; the blocks and the two edges partition the panel.
    unsafe {
        let (width, source) = (V::WIDE * V::LANES, b.data.as_ptr());
        if b.column == 1 {
            for p in 0..depth {
                let (from, to) = (source.add(p * b.row), pack.add(p * width));
                for first in (0..columns).step_by(V::LANES) {
                    let count = (columns - first).min(V::LANES);
                    V::load_first(from.add(first), count).store(to.add(first));
                }
            }
            return;
        }
        let (whole_depth, whole_columns) = if b.row == 1 {
            (depth / 8 * 8, columns / 8 * 8)
        } else {
            (0, 0)
        };
        for j in (0..whole_columns).step_by(8) {
            for p in (0..whole_depth).step_by(8) {
                let from = source.add(j * b.column + p);
                transpose_8x8(from, b.column, pack.add(p * width + j), width);
            }
        }
        for j in 0..columns {
            let done = if j < whole_columns { whole_depth } else { 0 };
            for p in done..depth {
                *pack.add(p * width + j) = *source.add(j * b.column + p * b.row);
            }
        }
    }
}

/// `to[q][i] = from[i][q]` for eight by eight elements.
///
/// # Safety
/// Both sides must have eight rows of eight elements, and the machine AVX2.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn transpose_8x8(from: *const f32, from_row: usize, to: *mut f32, to_row: usize) {
    use std::arch::x86_64::*;
    // SAFETY: the caller's promise.
    unsafe {
        let row = |i: usize| _mm256_loadu_ps(from.add(i * from_row));
        // Interleaves two rows, then two pairs: four-element columns of four rows.
        let quads = |i: usize| {
            let (low, high) = (
                _mm256_unpacklo_ps(row(i), row(i + 1)),
                _mm256_unpackhi_ps(row(i), row(i + 1)),
            );
            let (low2, high2) = (
                _mm256_unpacklo_ps(row(i + 2), row(i + 3)),
                _mm256_unpackhi_ps(row(i + 2), row(i + 3)),
            );
            [
                _mm256_shuffle_ps::<0x44>(low, low2),
                _mm256_shuffle_ps::<0xEE>(low, low2),
                _mm256_shuffle_ps::<0x44>(high, high2),
                _mm256_shuffle_ps::<0xEE>(high, high2),
            ]
        };
        let (top, bottom) = (quads(0), quads(4));
        for q in 0..4 {
            let low = _mm256_permute2f128_ps::<0x20>(top[q], bottom[q]);
            let high = _mm256_permute2f128_ps::<0x31>(top[q], bottom[q]);
            _mm256_storeu_ps(to.add(q * to_row), low);
            _mm256_storeu_ps(to.add((q + 4) * to_row), high);
        }
    }
}
