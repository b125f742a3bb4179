//! Bars as wide as the terminal.

use decay::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// Members in training.
pub(super) fn training(progress: &Progress) -> ProgressBar {
    let template = match progress.epochs {
        0 => "{prefix}  {wide_bar:.cyan}  {pos}/{len} solved  {eta} left",
        _ => "{prefix}  {wide_bar:.cyan}  {msg}  {rate}  {eta} left",
    };
    let rate = |state: &ProgressState, text: &mut dyn std::fmt::Write| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{:.0} steps/s", state.per_sec());
    };
    let style = ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key("rate", rate);
    let bar = bar(progress.total, style);
    bar.set_prefix(format!("{}, {} models", progress.stage, progress.members));
    bar
}

/// How far they are, and the lowest loss so far with its rate.
pub(super) fn advance(bar: &ProgressBar, progress: &Progress) {
    if progress.epochs > 0 {
        let epoch = (progress.epoch + 1).min(progress.epochs);
        let best = progress.best.as_ref();
        let best = best.map_or_else(String::new, |best| format!("  best {best}"));
        bar.set_message(format!("epoch {epoch}/{}{best}", progress.epochs));
    }
    bar.set_position(progress.done);
}

/// A part of the audit, in per cent.
pub(super) fn audit() -> ProgressBar {
    let style = ProgressStyle::with_template("audit: {msg}  {wide_bar:.cyan}  {pos} %");
    bar(100, style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn bar(length: u64, style: ProgressStyle) -> ProgressBar {
    let target = ProgressDrawTarget::stderr_with_hz(10);
    ProgressBar::with_draw_target(Some(length), target).with_style(style)
}
