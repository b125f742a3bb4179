//! The CSV files, read back by the `csv` crate.

use std::borrow::Cow;

use decay_report::{
    HistoryRow, MemberRow, MemberStatus, ReportError, history_csv, members_csv, parse_history,
};

fn history(member: u64, metric: &'static str, value: f64) -> HistoryRow {
    let split = Cow::Borrowed("validation");
    HistoryRow {
        member,
        epoch: 3,
        split,
        metric: Cow::Borrowed(metric),
        value,
    }
}

#[test]
fn history_comes_back_bit_for_bit() {
    let values = [
        0.1,
        -0.0,
        1e-300,
        0.1 + 0.2,
        f64::MAX,
        f64::MIN_POSITIVE,
        f64::INFINITY,
        f64::NEG_INFINITY,
    ];
    let rows: Vec<_> = (0..)
        .zip(values)
        .map(|(k, value)| history(k, "nll", value))
        .collect();
    let back = parse_history(&history_csv(&rows), "history.csv").unwrap();
    assert_eq!(back.len(), rows.len());
    for (row, back) in rows.iter().zip(&back) {
        assert_eq!(row.value.to_bits(), back.value.to_bits(), "{row:?}");
        assert_eq!(row, back);
    }
}

#[test]
fn history_keeps_nan_and_quotes_what_must_be_quoted() {
    let rows = [
        history(0, "nll", f64::NAN),
        history(1, "top-5, \"any\"\nline", 1.0),
    ];
    let bytes = history_csv(&rows);
    assert!(bytes.starts_with(b"member,epoch,split,metric,value\n0,3,validation,nll,NaN\n"));
    let back = parse_history(&bytes, "history.csv").unwrap();
    assert!(back[0].value.is_nan());
    assert_eq!(back[1].metric, "top-5, \"any\"\nline");
}

#[test]
fn a_broken_history_is_refused_with_its_line() {
    let text = b"member,epoch,split,metric,value\n0,1,train,nll,0.5\n0,2,train,nll,half\n";
    let error = parse_history(text, "run/history.csv").unwrap_err();
    assert!(
        matches!(&error, ReportError::Row { line: 3, .. }),
        "{error:?}"
    );
    let message = error.to_string();
    assert!(message.starts_with("run/history.csv line 3: "), "{message}");
}

fn member(member: u64, status: MemberStatus, metrics: &[(&str, f64)]) -> MemberRow {
    MemberRow {
        member,
        rate: 0.01,
        half_life_epochs: (member > 0).then_some(12.5),
        fold: (member > 0).then_some(4),
        seed: u64::MAX,
        status,
        epochs: 20,
        metrics: metrics
            .iter()
            .map(|(name, value)| ((*name).to_owned(), *value))
            .collect(),
    }
}

#[test]
fn members_have_the_union_of_their_metrics_as_columns() {
    let rows = [
        member(0, MemberStatus::Frozen, &[("train_nll", f64::NAN)]),
        member(
            1,
            MemberStatus::Ok,
            &[("val_nll", 0.25), ("train_nll", 0.125)],
        ),
        member(2, MemberStatus::Stopped, &[]),
    ];
    let bytes = members_csv(&rows);
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let head: Vec<_> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let fixed = [
        "member",
        "rate",
        "half_life_epochs",
        "fold",
        "seed",
        "status",
        "epochs",
    ];
    assert_eq!(head[..7], fixed);
    assert_eq!(head[7..], ["train_nll", "val_nll"]);
    let records: Vec<Vec<String>> = reader
        .records()
        .map(|r| r.unwrap().iter().map(str::to_owned).collect())
        .collect();
    let seed = "18446744073709551615";
    assert_eq!(
        records[0],
        ["0", "0.01", "", "", seed, "frozen", "20", "NaN", ""]
    );
    assert_eq!(
        records[1],
        ["1", "0.01", "12.5", "4", seed, "ok", "20", "0.125", "0.25"]
    );
    assert_eq!(
        records[2],
        ["2", "0.01", "12.5", "4", seed, "stopped", "20", "", ""]
    );
}

#[test]
fn no_rows_still_make_a_header() {
    assert_eq!(history_csv(&[]), b"member,epoch,split,metric,value\n");
    assert_eq!(
        members_csv(&[]),
        b"member,rate,half_life_epochs,fold,seed,status,epochs\n"
    );
}
