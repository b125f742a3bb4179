//! The generator of `decay-random` on the device: the same words from the same counters.

use cubecl::prelude::*;
use decay_random::philox::{MULTIPLIER, ROUNDS, WEYL};
use decay_random::{At, Purpose, Stream};

/// Four words, as [`decay_random::philox4x32`] makes them from counter `(block, place...)` and key.
#[cube]
pub(crate) fn philox4x32(block: u32, place: &Place, key: &Key) -> Vector<u32, Const<4>> {
    let mut words = Vector::<u32, Const<4>>::new(block);
    words.insert(1usize, place.step);
    words.insert(2usize, place.epoch);
    words.insert(3usize, place.purpose);
    let mut low = key.low;
    let mut high = key.high;
    #[unroll]
    for _ in 0..comptime!(ROUNDS) {
        let first = words.extract(0usize);
        let third = words.extract(2usize);
        let m0 = comptime!(MULTIPLIER[0]).runtime();
        let m1 = comptime!(MULTIPLIER[1]).runtime();
        let mut next = Vector::<u32, Const<4>>::new(third.mul_hi(m1) ^ words.extract(1usize) ^ low);
        next.insert(1usize, third * m1);
        next.insert(2usize, first.mul_hi(m0) ^ words.extract(3usize) ^ high);
        next.insert(3usize, first * m0);
        words = next;
        low += comptime!(WEYL[0]);
        high += comptime!(WEYL[1]);
    }
    words
}

/// The components of the counter that a whole launch shares.
#[derive(CubeType, CubeLaunch, Clone, Copy)]
pub(crate) struct Place {
    step: u32,
    epoch: u32,
    /// `site * 2^8 + purpose`.
    purpose: u32,
}

/// The launch argument for draws of a purpose.
pub(crate) fn place(purpose: Purpose, at: At) -> PlaceLaunch {
    let [step, epoch, purpose] = Stream::new(0, purpose, at).counter();
    PlaceLaunch::new(step, epoch, purpose)
}

/// The halves of a member's seed.
#[derive(CubeType, Clone, Copy)]
pub(crate) struct Key {
    low: u32,
    high: u32,
}

/// The key of a member among `[R, 2]` halves.
#[cube]
pub(crate) fn key(seeds: &[i32], member: usize) -> Key {
    Key {
        low: u32::reinterpret(seeds[2 * member]),
        high: u32::reinterpret(seeds[2 * member + 1]),
    }
}

/// A word as a number in `[0, 1)`.
#[cube]
pub(crate) fn unit(word: u32) -> f32 {
    f32::cast_from(word >> 8u32) * (1.0f32 / 16_777_216.0f32)
}
