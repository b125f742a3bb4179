//! Cubes that take some columns of one member: their rows of units share the batch and add up at the end.

use cubecl::prelude::*;

use super::launch::grid;

/// Columns of a cube.
pub(crate) const COLUMNS: usize = 32;
/// Rows of units, each of which takes every eighth sample.
pub(crate) const LANES: usize = 8;

/// A grid over the columns of all members.
pub(crate) fn over_columns(columns: usize, members: usize) -> (CubeCount, CubeDim) {
    (
        grid(columns.div_ceil(COLUMNS), members),
        CubeDim::new_2d(COLUMNS as u32, LANES as u32),
    )
}

/// Sum over the units of a column, the same in each of them; all units of the cube have to call it.
#[cube]
pub(crate) fn over_lanes(own: f32) -> f32 {
    let mut values = Shared::<[f32]>::new_slice(COLUMNS * LANES);
    values[UNIT_POS as usize] = own;
    sync_cube();
    let mut sum = 0.0f32;
    #[unroll]
    for lane in 0..LANES {
        sum += values[lane * COLUMNS + UNIT_POS_X as usize];
    }
    sync_cube();
    sum
}
