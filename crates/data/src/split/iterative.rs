//! Splits that share out the strata of several targets at once.

use crate::split::philox::Philox;

/// The part that each row goes to, `[rows]`, chosen so that every part gets its share of every stratum.
///
/// ```text
/// wanted(part, stratum) = share(part) rows(stratum)          less what the part has already got
/// ```
///
/// The stratum with the fewest rows left comes first, since later ones can make up for little of it; each of its rows goes to the
/// part that wants most of that stratum, of several to the one that wants most of the row's strata together, then of rows of any kind, of
/// several of those to a random one.
/// Neither the sizes of parts nor the counts of strata are exact, as no split of rows with several targets can make them.
///
/// # Shapes
/// - `strata`: lists of the places in `rows` that have something in common; a place is in one stratum of each target
/// - `shares`: `[parts]`, with sum 1
///
/// # Source
/// Sechidis et al. 2011, "On the stratification of multi-label data", <https://doi.org/10.1007/978-3-642-23808-6_10>, with a stratum for no
/// beside that for yes, so that labels which nearly all rows have are shared out, too, and with the sum over a row's strata among its ties,
/// without which targets of many bins are hardly shared out better than at random.
pub(super) fn parts_of(
    rows: usize,
    strata: &[Vec<usize>],
    shares: &[f64],
    rng: &mut Philox,
) -> Vec<usize> {
    let mut strata_of = vec![Vec::new(); rows];
    for (stratum, places) in strata.iter().enumerate() {
        for &place in places {
            strata_of[place].push(stratum);
        }
    }
    let wanted = |count: usize| shares.iter().map(move |share| share * count as f64);
    let mut of_all: Vec<f64> = wanted(rows).collect();
    let mut of_strata: Vec<Vec<f64>> = strata
        .iter()
        .map(|places| wanted(places.len()).collect())
        .collect();
    let mut left: Vec<usize> = strata.iter().map(Vec::len).collect();
    let mut part_of = vec![usize::MAX; rows];
    while let Some(rarest) = (0..strata.len())
        .filter(|&stratum| left[stratum] > 0)
        .min_by_key(|&stratum| left[stratum])
    {
        let mut places = strata[rarest].clone();
        places.retain(|&place| part_of[place] == usize::MAX);
        rng.shuffle(&mut places);
        for place in places {
            let own = &strata_of[place];
            let of_own = |part: usize| own.iter().map(|&stratum| of_strata[stratum][part]).sum();
            let of_own: Vec<f64> = (0..shares.len()).map(of_own).collect();
            let part = neediest([&of_strata[rarest], &of_own, &of_all], rng);
            part_of[place] = part;
            of_all[part] -= 1.0;
            for &stratum in &strata_of[place] {
                of_strata[stratum][part] -= 1.0;
                left[stratum] -= 1;
            }
        }
    }
    part_of
}

/// The part that wants most by the first list, of several by the next, then any.
fn neediest(wanted: [&[f64]; 3], rng: &mut Philox) -> usize {
    let most = |parts: Vec<usize>, wanted: &[f64]| -> Vec<usize> {
        let largest = parts
            .iter()
            .map(|&part| wanted[part])
            .fold(f64::NEG_INFINITY, f64::max);
        // Shares of whole numbers differ in their last digits only.
        let near = |part: &usize| wanted[*part] > largest - 1e-9;
        parts.into_iter().filter(near).collect()
    };
    let all = (0..wanted[0].len()).collect();
    let parts = wanted.into_iter().fold(all, most);
    parts[rng.below(parts.len() as u64) as usize]
}
