//! The measurements as pictures.

use decay_claim::drawing::{
    Horizontal, Mark, Panel, Series, dashed, figures_panel, of_shares, panel, picture, series_along,
};
use decay_claim::{Curve, Drawing, Measurements, Result};

use crate::{BANDIT, BONUS, BOTH, CART_POLES, DECAY, GRIDS, HIDDEN, REST, STUDIES};

/// A way of learning, a colour, and a study.
type Line = (&'static str, usize, &'static str);

/// Worlds and their lines.
const WORLDS: [(&str, &[Line]); 3] = [
    ("bandit", &[("REINFORCE", 1, BANDIT)]),
    ("grid", &[("REINFORCE", 1, GRIDS[0]), ("PPO", 3, GRIDS[1])]),
    (
        "CartPole",
        &[("REINFORCE", 1, CART_POLES[0]), ("PPO", 3, CART_POLES[1])],
    ),
];
const KINDS: [(&str, usize); 3] = [(DECAY, 1), (BONUS, 3), (BOTH, 4)];

pub(crate) fn draw(measured: &Measurements) -> Result<Vec<Drawing>> {
    Ok(vec![
        Drawing {
            file: "found",
            caption: "What is found and returned over the mean entropy of the policy during training: where lines lie above each other, decay and an entropy bonus explore differently at one entropy. Dashed: both together."
                .into(),
            picture: picture("What softness is worth", 2, found(measured)?),
        },
        Drawing {
            file: "softness",
            caption: "Entropy of the policy during training, its logits and its return at the end, over the decay rate."
                .into(),
            picture: picture("Decay keeps policies soft", 3, softness(measured)?),
        },
        Drawing {
            file: "rest",
            caption: "Ten arms of known rewards: where decay comes to rest, and the entropy bonus of equal entropy."
                .into(),
            picture: picture("Bandits at rest", 2, rest(measured)?),
        },
    ])
}

fn along_entropy(label: &str, colour: usize, entropy: &Curve, figure: &Curve) -> Series {
    let mut pairs: Vec<_> = entropy.means().into_iter().zip(&figure.values).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (places, values): (Vec<f64>, Vec<Vec<f64>>) =
        pairs.into_iter().map(|(at, own)| (at, own.clone())).unzip();
    series_along(label, colour, &places, &values)
}

fn found(measured: &Measurements) -> Result<Vec<Panel>> {
    let of = |study: &str, metric: &str, y: &str| -> Result<Panel> {
        let line = |(kind, colour)| -> Result<Series> {
            let entropy = measured.curve(study, kind, "entropy")?;
            let figure = measured.curve(study, kind, metric)?;
            let own = along_entropy(kind, colour, &entropy, &figure);
            Ok(if kind == BOTH { dashed(own) } else { own })
        };
        let all = KINDS.into_iter().map(line).collect::<Result<_>>()?;
        let x = Horizontal::linear("mean entropy during training, nats");
        Ok(panel(study, x, y, all))
    };
    let mut panels = Vec::new();
    for study in STUDIES {
        if HIDDEN.contains(&study) {
            let share = of(study, "found", "share that finds the better reward")?;
            panels.push(of_shares(share));
        }
        panels.push(of(study, "return", "return at the end")?);
    }
    Ok(panels)
}

fn softness(measured: &Measurements) -> Result<Vec<Panel>> {
    let mut panels = Vec::new();
    for (metric, y) in [
        ("entropy", "mean entropy during training, nats"),
        ("spread", "largest less smallest logit"),
        ("return", "return at the end"),
    ] {
        for (world, lines) in WORLDS {
            let curve = |study| measured.curve(study, DECAY, metric);
            panels.push(figures_panel(world, y, lines, curve)?);
        }
    }
    let uniform = [10.0, 4.0, 2.0].map(f64::ln);
    for (panel, entropy) in panels.iter_mut().zip(uniform) {
        *panel = panel.clone().marked(Mark::level(entropy, "uniform"));
    }
    Ok(panels)
}

fn rest(measured: &Measurements) -> Result<Vec<Panel>> {
    let of = |metric| measured.curve(REST, "", metric);
    let entropy = of("entropy")?;
    let lines = [("return", DECAY, 1), ("return of the bonus", BONUS, 3)];
    let line = |(metric, label, colour)| -> Result<Series> {
        Ok(along_entropy(label, colour, &entropy, &of(metric)?))
    };
    let lines = lines.into_iter().map(line).collect::<Result<_>>()?;
    let x = Horizontal::linear("entropy, nats");
    let lines = panel("What entropy costs", x, "return", lines);
    let soft = figures_panel(
        "How soft policies are",
        "entropy, nats",
        &[(DECAY, 1, "entropy")],
        of,
    )?;
    Ok(vec![soft, lines])
}
