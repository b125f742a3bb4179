//! One table by the values of a column, by hand, and what becomes of dates.

use std::f64::consts::LN_2;

use decay_audit::Logits;

use super::grouped;
use crate::audit::details::answers::Answers;
use crate::audit::details::groups::{Groups, Values};
use crate::data::Truth;

fn dates(all: &[(i64, u32)]) -> Groups {
    Values::Dates(all.iter().copied().map(Some).collect()).groups()
}

/// Eight rows of two classes, each said with 0.8 or 0.2: four of 2023, of which one is wrong, four of 2024, of which three are.
///
/// ```text
/// loss of a row: right -ln 0.8 = 0.223144, wrong -ln 0.2 = 1.609438
/// 2023: (3 * 0.223144 + 1.609438) / 4 = 0.569717      2024: (0.223144 + 3 * 1.609438) / 4 = 1.262864
/// accuracy 3/4 and 1/4; confidence 0.8, less accuracy 0.05 and 0.55; difference of the losses 0.693147 = ln 4 / 2
/// variance of either year's losses: 3/16 (ln 4)² 4/3 = (ln 4)² / 4, so the difference has a standard error of sqrt(2 (ln 4)² / 16)
/// Welch's degrees of freedom: 6; t at 1 - 0.025/2 with 6 degrees: 2.968687
/// ```
#[test]
fn a_table_by_years_has_the_figures_of_a_hand_calculation() {
    let ln4 = 4f64.ln();
    let right = [true, true, true, false, true, false, false, false];
    let said = [1, 0, 1, 0, 1, 1, 0, 0];
    let truth: Vec<usize> = said
        .iter()
        .zip(right)
        .map(|(&said, right)| if right { said } else { 1 - said })
        .collect();
    let row = |&said: &usize| if said == 1 { [0.0, ln4] } else { [ln4, 0.0] };
    let values: Vec<f64> = said.iter().flat_map(row).collect();
    let answers = Answers::Classes(Logits::new(values, 8, 2).unwrap());
    let truth = Truth::Classes {
        labels: truth,
        classes: 2,
    };
    let groups = dates(&[
        (2023, 1),
        (2023, 5),
        (2023, 5),
        (2023, 12),
        (2024, 1),
        (2024, 2),
        (2024, 2),
        (2024, 11),
    ]);
    let found = grouped("when".into(), groups, (&answers, &truth)).unwrap();
    assert_eq!((found.how.as_str(), found.level), ("each year", 0.975));
    let table = [
        ("2023", 0.75, 0.569_717_2, 0.05, -LN_2),
        ("2024", 0.25, 1.262_864_4, 0.55, LN_2),
    ];
    let half = 2.968_687 * (2.0 * ln4 * ln4 / 16.0).sqrt();
    for (own, (name, accuracy, loss, bias, gap)) in found.groups.iter().zip(table) {
        let close = |found: f64, by_hand: f64| {
            assert!((found - by_hand).abs() < 1e-5, "{name}: {found} {by_hand}");
        };
        assert_eq!((own.name.as_str(), own.rows), (name, 4));
        close(own.accuracy.unwrap().mean, accuracy);
        close(own.loss.unwrap().mean, loss);
        close(own.bias.unwrap().mean, bias);
        let against = own.against_rest.unwrap();
        close(against.mean, gap);
        close(against.high - against.mean, half);
    }
    // Four rows are too few to be called the worst.
    assert_eq!(found.worst, None);
}

#[test]
fn labels_of_a_row_are_averaged() {
    let ln4 = 4f64.ln();
    // Two labels of two rows: yes and no are told, then twice no; the truth is yes, yes; no, no.
    let values = vec![0.0, ln4, ln4, 0.0, ln4, 0.0, ln4, 0.0];
    let answers = Answers::Labels(Logits::new(values, 4, 2).unwrap());
    let truth = Truth::Flags(vec![vec![true, false], vec![true, false]]);
    let values = Values::Labels(vec!["a".into(), "b".into()], vec![Some(0), Some(1)]);
    let found = grouped("kind".into(), values.groups(), (&answers, &truth)).unwrap();
    let accuracy = |at: usize| found.groups[at].accuracy.unwrap().mean;
    assert_eq!([accuracy(0), accuracy(1)], [0.5, 1.0]);
    assert!((found.groups[0].bias.unwrap().mean - 0.3).abs() < 1e-12);
}

#[test]
fn dates_of_one_year_are_grouped_by_month_and_of_many_years_together() {
    let months = dates(&[(2024, 3), (2024, 11), (2024, 3)]);
    assert_eq!(months.names, ["Mar 2024", "Nov 2024"]);
    assert_eq!(months.of, [Some(0), Some(1), Some(0)]);
    assert_eq!(months.how, "each month, since all dates are of 2024");
    let many: Vec<(i64, u32)> = (1950..2010).map(|year| (year, 1)).collect();
    let many = dates(&many);
    assert_eq!(many.how, "5 years together, since there are 60");
    assert_eq!(
        (many.names.len(), many.names[0].as_str()),
        (12, "1950 to 1954")
    );
    let holes = Values::Dates(vec![Some((2023, 1)), None, Some((2024, 1))]).groups();
    assert_eq!(holes.names, ["2023", "2024", "missing or unknown"]);
    assert_eq!(holes.of, [Some(0), Some(2), Some(1)]);
}

#[test]
fn few_different_numbers_are_a_group_each_and_many_are_quarters() {
    let few = Values::Numbers([3.0, 1.0, 3.0, 2.0].map(Some).to_vec()).groups();
    assert_eq!(
        (few.names.join(" "), few.how.as_str()),
        ("1 2 3".into(), "each value")
    );
    assert_eq!(few.of, [2, 0, 2, 1].map(Some));
    let many = Values::Numbers((0..100).map(|own| Some(f64::from(own))).collect()).groups();
    assert_eq!(many.names.len(), 4);
    assert_eq!(many.names[0], "0 to 24");
}
