//! Events as JSON lines; docs/progress.md has the schema.

use decay::Event;
use serde_json::{Value, json};

/// An object on one line; none for what machines have no use for.
pub(super) fn line(event: &Event) -> Option<String> {
    let value = match event {
        Event::Note(text) => json!({"event": "note", "text": text}),
        Event::Warning(text) => json!({"event": "warning", "text": text}),
        Event::Columns(decisions) => {
            json!({"event": "columns", "columns": decisions.columns.len()})
        }
        Event::Planned(plan) => json!({"event": "planned", "text": plan.to_string()}),
        Event::Begun(run) => json!({"event": "begun", "run": run}),
        Event::Progress(progress) => progress_line(progress),
        Event::Trained => json!({"event": "trained"}),
        Event::Network {
            place,
            count,
            words,
        } => json!({"event": "network", "network": place + 1, "networks": count, "text": words}),
        Event::Networks(_) => json!({"event": "networks"}),
        Event::Swept { sweep, .. } => json!({
            "event": "swept",
            "rates": sweep.points.iter().map(|point| point.rate).collect::<Vec<_>>(),
            "chosen_rate": sweep.points[sweep.chosen].rate,
        }),
        Event::LearningCurve(curve) => json!({
            "event": "learning_curve",
            "rows": curve.points.iter().map(|point| point.rows).collect::<Vec<_>>(),
            "validation": curve.points.iter().map(|point| point.validation.mean).collect::<Vec<_>>(),
        }),
        Event::Auditing(part) => json!({"event": "auditing", "part": part}),
        Event::Attacked(share) => json!({"event": "attacked", "share": share}),
        Event::Audited => json!({"event": "audited"}),
        _ => return None,
    };
    Some(value.to_string())
}

fn progress_line(progress: &decay::Progress) -> Value {
    json!({
        "event": "progress",
        "stage": progress.stage,
        "models": progress.members,
        "epoch": progress.epoch,
        "epochs": progress.epochs,
        "steps": progress.done,
        "total_steps": progress.total,
        "steps_per_second": progress.steps_per_second(),
        "seconds": progress.elapsed.as_secs_f64(),
        "seconds_left": progress.left().as_secs_f64(),
        "best": progress.best.as_ref().map(|best| json!({
            "loss": best.loss,
            "setting": best.setting,
            "epoch": best.epoch,
        })),
    })
}
