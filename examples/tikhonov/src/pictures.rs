//! Curves, and the photographs themselves: drawn anew from the seed in the measurements, so that these hold no pixels.

use decay_claim::drawing::{
    Horizontal, Panel, Raster, names_panel, panel, picture, rates_panel, series_along, spread,
};
use decay_claim::measuring::image_quality::{mean_square, psnr, ssim};
use decay_claim::{Curve, Drawing, Measurements, Result};
use decay_data::Photograph;

use crate::blur::{Blur, Square};
use crate::fourier::{Penalty, Seen, Waves};
use crate::parts::mean_of;
use crate::scene::{Scene, less, mean};
use crate::{
    ENDS, NOISELESS, NOISES, PHOTOGRAPHS, RULES, SHOWN, SIGMA, STOPPED, TASKS, over_rates,
    photograph_and_blur,
};

/// Side of the pictures that are shown, and their corners: a face and an eye, which say more than most squares would.
const SIDE: usize = 128;
const CORNERS: [(usize, usize); 2] = [(60, 180), (70, 120)];

pub(crate) fn draw(measured: &Measurements) -> Result<Vec<Drawing>> {
    let seed = measured.curve(SHOWN, "", "seed")?.values[0][0] as u64;
    Ok(vec![
        Drawing {
        file: "pictures",
        caption: "A square of each photograph before and after, with too little decay, the best, too much, and with a penalised gradient; σ = 0.03.".into(),
        picture: picture("Decay takes the blur back", 3, photographs(seed)?),
    },
    Drawing {
        file: "rates",
        caption: "Likeness to the truth over λ for plain decay and for a penalised gradient, camera, σ = 0.03.".into(),
        picture: picture("Likeness over the rate", 3, over_the_rate(measured)?),
    },
    Drawing {
        file: "rules",
        caption: "What each rule for λ loses against the best λ, mean over both photographs and three noises.".into(),
        picture: picture("What a rule for λ loses", 2, rules(measured)?),
    },
    Drawing {
        file: "ends",
        caption: "Where the equivalence ends: gradient descent that stops early is near a ridge and is none; without noise the best λ is 0.".into(),
        picture: picture("Where the equivalence ends", 3, ends(measured)?),
    },
    ])
}

/// Six panels for each photograph.
fn photographs(seed: u64) -> Result<Vec<Panel>> {
    let waves = Waves::new(Square(SIDE));
    let mut panels = Vec::new();
    for (photograph, (name, blur)) in Photograph::ALL.into_iter().zip(&Blur::ALL[1..]) {
        let site = photograph as u32;
        let corner = CORNERS[photograph as usize];
        let scene = Scene::at(corner, &photograph.load()?, waves.square, (seed, site));
        let seen = scene.seen(*blur, SIGMA);
        let middle = mean(&seen);
        let centred = Seen::new(&waves, *blur, &less(&seen, middle));
        let truth = less(&scene.truth, middle);
        let best = |penalty| centred.known(penalty, &truth).oracle().0;
        let restored = |penalty, rate| less(&centred.ridge(penalty, rate), -middle);
        let rate = best(Penalty::Identity);
        let plain = |factor: f64| restored(Penalty::Identity, factor * rate);
        let gradient = restored(Penalty::Gradient, best(Penalty::Gradient));
        let titled = |title: &str| format!("{}: {title}", photograph.name());
        let shown = |title: &str, pixels: Vec<f64>| {
            let (noise, alike) = (
                psnr(mean_square(&pixels, &scene.truth)),
                ssim(&pixels, &scene.truth, SIDE),
            );
            let caption = format!("{noise:.1} dB, SSIM {alike:.2}");
            Panel::of_raster(titled(title), caption, raster(pixels))
        };
        panels.push(Panel::of_raster(
            titled("the truth"),
            "",
            raster(scene.truth.clone()),
        ));
        panels.push(shown(&format!("{name}, noise"), seen.clone()));
        panels.push(shown("gradient, best λ", gradient));
        panels.push(shown("decay, best λ / 100", plain(0.01)));
        panels.push(shown("decay, best λ", plain(1.0)));
        panels.push(shown("decay, best λ · 100", plain(100.0)));
    }
    Ok(panels)
}

fn raster(pixels: Vec<f64>) -> Raster {
    Raster {
        width: SIDE,
        pixels,
    }
}

fn over_the_rate(measured: &Measurements) -> Result<Vec<Panel>> {
    let mut panels = Vec::new();
    for (metric, y) in [("PSNR", "PSNR (dB)"), ("SSIM", "SSIM")] {
        for (blur, _) in Blur::ALL {
            let study = over_rates(&photograph_and_blur(PHOTOGRAPHS[0], blur));
            let curve = |place: usize| measured.curve(&study, Penalty::ALL[place].0, metric);
            let (identity, gradient) = (curve(0)?, curve(1)?);
            panels.push(rates_panel(
                blur,
                y,
                &[
                    ("plain decay", 5, &identity),
                    ("penalised gradient", 4, &gradient),
                ],
            ));
        }
    }
    Ok(panels)
}

fn rules(measured: &Measurements) -> Result<Vec<Panel>> {
    let series = [
        ("plain decay", 5, Penalty::ALL[0].0),
        ("penalised gradient", 4, Penalty::ALL[1].0),
    ];
    let panel = |(task, blurs): (&str, &[&str])| {
        let lost = |place: usize, series| {
            let lost = mean_of(measured, blurs, series, RULES[place], &NOISES)?;
            Ok(spread(&lost))
        };
        names_panel(
            task,
            "",
            &RULES,
            "lost against the best λ (dB)",
            &series,
            lost,
        )
    };
    TASKS.into_iter().map(panel).collect()
}

fn ends(measured: &Measurements) -> Result<Vec<Panel>> {
    let stopped = |metric| measured.curve(STOPPED, "", metric);
    let (far, lost) = (stopped(ENDS[0])?, stopped(ENDS[1])?);
    let early = |title, y, colour, curve: &Curve| {
        let series = series_along(
            "gradient descent that stops",
            colour,
            &curve.rates,
            &curve.values,
        );
        panel(title, Horizontal::log("steps"), y, vec![series])
    };
    let curve = |place: usize| measured.curve(NOISELESS.0, NOISELESS.1[place], "PSNR");
    let (exact, rounded) = (curve(0)?, curve(1)?);
    let noiseless = [
        ("no noise at all", 0, &exact),
        ("rounded to 8 bits", 1, &rounded),
    ];
    Ok(vec![
        early(
            "early stopping",
            "relative distance from the nearest ridge",
            3,
            &far,
        ),
        early(
            "early stopping",
            "lost against the best ridge (dB)",
            3,
            &lost,
        ),
        rates_panel("without noise", "PSNR (dB)", &noiseless),
    ])
}
