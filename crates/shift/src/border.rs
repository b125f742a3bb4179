//! What lies beyond an image's edge.

/// How an index outside `0..n` is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Border {
    /// `d c b | a b c d | c b a`: OpenCV's default.
    Mirror,
    /// `c b a | a b c d | d c b`: scipy's `reflect`.
    Symmetric,
    /// `a a a | a b c d | d d d`.
    Nearest,
    /// Nothing: zero.
    Zero,
}

impl Border {
    /// The index that stands for `at` in `0..n`, `None` for zero.
    pub(crate) fn index(self, at: isize, n: usize) -> Option<usize> {
        let length = n as isize;
        if (0..length).contains(&at) {
            return Some(at as usize);
        }
        match self {
            Self::Zero => None,
            Self::Nearest => Some(at.clamp(0, length - 1) as usize),
            Self::Symmetric => {
                let place = at.rem_euclid(2 * length);
                Some(place.min(2 * length - 1 - place) as usize)
            }
            Self::Mirror if n == 1 => Some(0),
            Self::Mirror => {
                let place = at.rem_euclid(2 * length - 2);
                Some(place.min(2 * length - 2 - place) as usize)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Border;

    #[test]
    fn borders_continue_as_drawn() {
        let row = |border: Border, n| -> Vec<Option<usize>> {
            (-4..7).map(|at| border.index(at, n)).collect()
        };
        let some = |indices: [usize; 11]| indices.map(Some).to_vec();
        assert_eq!(
            row(Border::Mirror, 3),
            some([0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2])
        );
        assert_eq!(
            row(Border::Symmetric, 3),
            some([2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0])
        );
        assert_eq!(
            row(Border::Nearest, 3),
            some([0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2])
        );
        assert_eq!(row(Border::Mirror, 1), some([0; 11]));
        assert_eq!(Border::Zero.index(3, 3), None);
    }
}
