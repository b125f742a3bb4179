//! The CSV files, read back by the `csv` crate.

use std::borrow::Cow;

use decay_report::{
    HistoryRow, LayerRow, MemberRow, MemberStatus, history_csv, layers_csv, members_csv,
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

/// The fields of every row but the first.
fn records(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(bytes);
    let fields =
        |row: csv::Result<csv::StringRecord>| row.unwrap().iter().map(str::to_owned).collect();
    reader.records().map(fields).collect()
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
    let back = records(&history_csv(&rows));
    assert_eq!(back.len(), rows.len());
    for (row, back) in rows.iter().zip(&back) {
        let value: f64 = back[4].parse().unwrap();
        assert_eq!(row.value.to_bits(), value.to_bits(), "{row:?}");
        assert_eq!(
            back[..4],
            [&row.member.to_string(), "3", "validation", "nll"]
        );
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
    let back = records(&bytes);
    assert!(back[0][4].parse::<f64>().unwrap().is_nan());
    assert_eq!(back[1][3], "top-5, \"any\"\nline");
}

#[test]
fn diagnostics_leave_what_a_layer_lacks_empty() {
    let row = LayerRow {
        member: 2,
        epoch: 7,
        parameter: "layers.0.weight".to_owned(),
        weight_norm: 1.5,
        gradient_norm: 0.25,
        angle: 0.1,
        equilibrium_angle: None,
        effective_lr: Some(1e-3),
        zeros: 0.0,
        decay_share: f64::NAN,
    };
    let name = "layers.0.weight";
    let expected = [
        "2", "7", name, "1.5", "0.25", "0.1", "", "0.001", "0.0", "NaN",
    ];
    assert_eq!(records(&layers_csv(&[row])), [expected]);
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
    let records = records(&bytes);
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
