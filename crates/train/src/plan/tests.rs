//! The grid of members.

use super::{Axis, Hyper, Keep, Member, Plan, TrainConfig, TrainError};

#[test]
fn the_grid_has_every_combination_once_and_shares_seeds_between_rates() {
    let plan = Plan::grid(&TrainConfig::default(), &[0.1, 0.0, 0.1], 3, 2, 5).unwrap();
    assert_eq!(plan.axes[0].values, [0.0, 0.1]);
    assert_eq!(plan.members.len(), 12);
    let (low, high) = (plan.of_setting(0), plan.of_setting(1));
    for (a, b) in plan.members[low].iter().zip(&plan.members[high]) {
        assert_eq!((a.seed, a.fold), (b.seed, b.fold));
        assert_eq!((a.decay, b.decay), (0.0, 0.1));
    }
    let mut seeds: Vec<_> = plan.members[..6].iter().map(|m| m.seed).collect();
    seeds.sort_unstable();
    seeds.dedup();
    assert_eq!(seeds.len(), 6);
}

#[test]
fn the_first_axis_varies_slowest_and_settings_share_their_seeds() {
    let like = Member::new(&TrainConfig::default(), 0.5, 0, 0);
    let axis = |hyper, values: &[f64]| Axis::new(hyper, values).unwrap();
    let axes = vec![
        axis(Hyper::Lr, &[0.1, 0.01]),
        axis(Hyper::Shift, &[0.0, 2.0, 4.0, 2.0]),
    ];
    let plan = Plan::over(&like, axes, 2, 3, 7).unwrap();
    assert_eq!((plan.settings(), plan.members.len()), (6, 36));
    let alone = Plan::grid(&TrainConfig::default(), &[0.5], 2, 3, 7).unwrap();
    for setting in 0..6 {
        let (lr, shift) = ([0.01, 0.1][setting / 3], 2 * (setting % 3) as u32);
        let values = [(Hyper::Lr, lr), (Hyper::Shift, f64::from(shift))];
        assert_eq!(plan.values(setting), values);
        for (place, other) in plan.of_setting(setting).zip(&alone.members) {
            let member = &plan.members[place];
            assert_eq!(plan.setting_of(place), setting);
            assert_eq!((member.lr, member.shift), (lr, shift));
            assert_eq!(member.decay, 0.5);
            assert_eq!((member.seed, member.fold), (other.seed, other.fold));
        }
    }
}

#[test]
fn an_axis_given_twice_or_with_a_value_out_of_range_is_refused() {
    let like = Member::new(&TrainConfig::default(), 0.5, 0, 0);
    let axis = |values: &[f64]| Axis {
        hyper: Hyper::Dropout,
        values: values.to_vec(),
    };
    let twice = Plan::over(&like, vec![axis(&[0.1]), axis(&[0.2])], 2, 1, 0);
    assert!(matches!(
        twice,
        Err(TrainError::AxisTwice { key: "dropout" })
    ));
    let wrong = Plan::over(&like, vec![axis(&[0.1, 1.0])], 2, 1, 0);
    assert!(matches!(wrong, Err(TrainError::OutOfRange { .. })));
    let none = Plan::over(&like, vec![axis(&[])], 2, 1, 0);
    assert!(matches!(none, Err(TrainError::NoMembers)));
}

#[test]
fn folds_of_other_lengths_keep_the_time_scale_of_the_first() {
    let plan = Plan::grid(&TrainConfig::default(), &[0.0, 0.3], 2, 1, 0).unwrap();
    let mut kept = plan.clone();
    kept.keep(Keep::TimeScale, &[10, 11]);
    let rates: Vec<f64> = kept.members.iter().map(|m| m.decay).collect();
    assert_eq!(rates, [0.0, 0.0, 0.3, 0.3 * 10.0 / 11.0]);
    kept = plan.clone();
    kept.keep(Keep::Rate, &[10, 11]);
    assert_eq!(kept, plan);
}

#[test]
fn a_negative_or_undefined_rate_is_refused() {
    for rate in [-0.1, f64::NAN, f64::INFINITY] {
        let plan = Plan::grid(&TrainConfig::default(), &[0.1, rate], 2, 1, 0);
        assert!(matches!(plan, Err(TrainError::Rate { .. })), "{rate}");
    }
}

#[test]
fn values_ascend_and_occur_once() {
    let axis = Axis::new(Hyper::Dropout, &[0.5, 0.0, 0.1, -0.0, 0.5]).unwrap();
    assert_eq!(axis.values, [0.0, 0.1, 0.5]);
    let message = Axis::new(Hyper::Cutout, &[2.0, 2.5]).unwrap_err();
    assert!(message.to_string().contains("train.cutout"), "{message}");
}
