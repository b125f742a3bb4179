//! Mutations of bytes that are the same in every run.

/// Values at which lengths, offsets and counts go wrong.
const EDGES: [u64; 12] = [
    0,
    1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0xffff,
    0x7fff_ffff,
    0xffff_ffff,
    1 << 40,
    i64::MAX as u64,
    u64::MAX,
];

/// Text that means something to one reader or another.
const WORDS: [&str; 24] = [
    "nan",
    "NaN",
    "inf",
    "-1",
    "1e999",
    "1e-999",
    "999999999999",
    "18446744073709551615",
    "0x",
    "\"",
    "'",
    "\n",
    "\r\n",
    ",",
    ";",
    "\t",
    "\0",
    "\u{feff}",
    "\\",
    "{",
    "}",
    "[",
    "]",
    "null",
];

/// Draws mutations of seeds: SplitMix64 (Steele et al. 2014) decides what and where.
#[derive(Debug)]
pub struct Mutations(u64);

impl Mutations {
    /// Of a stream of its own.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// One of the seeds with one to eight changes.
    pub fn of(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(8) {
            self.change(&mut bytes, seeds);
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let at = self.below(bytes.len() + 1);
        let end = (at + 1 + self.below(16)).min(bytes.len());
        match self.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
            1 if at < bytes.len() => bytes[at] = self.next() as u8,
            2 => drop(bytes.drain(at..end.max(at))),
            3 => {
                let again = bytes[at..end.max(at)].to_vec();
                bytes.splice(at..at, again);
            }
            4 => {
                let value = EDGES[self.below(EDGES.len())];
                let width = [1, 2, 4, 8][self.below(4)];
                let mut edge = value.to_le_bytes()[..width].to_vec();
                if self.below(2) == 1 {
                    edge.reverse();
                }
                let end = (at + width).min(bytes.len());
                bytes.splice(at..end, edge);
            }
            5 => {
                let word = WORDS[self.below(WORDS.len())];
                bytes.splice(at..at, word.bytes());
            }
            6 => bytes.truncate(at),
            _ => {
                let other = &seeds[self.below(seeds.len())];
                let from = self.below(other.len() + 1);
                let to = (from + self.below(64)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
        }
    }
}
