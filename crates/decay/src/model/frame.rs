//! Predictions as columns, for whoever writes them.

use decay_data::{Frame, FrameValues, TaskKind};

use super::Predictions;

impl Predictions {
    /// The columns of [`Predictions::csv`], after `set` where prediction sets were asked for the classes that each row's holds.
    ///
    /// `class,set,p_A,p_B,...`, or `price,low,high`; `file` first where each row is a file.
    pub fn frame(&self) -> Frame {
        let mut frame = Frame::default();
        if !self.files.is_empty() {
            frame.push("file", FrameValues::Texts(self.files.clone()));
        }
        if self.classes.is_empty() {
            self.push_values(&mut frame);
            return frame;
        }
        let labels = self.labels().into_iter().map(str::to_owned);
        frame.push("class", FrameValues::Texts(labels.collect()));
        if let Some(sets) = &self.sets {
            let names = |set: &Vec<usize>| set.iter().map(|&k| self.classes[k].clone()).collect();
            frame.push("set", FrameValues::Lists(sets.iter().map(names).collect()));
        }
        for (place, class) in self.classes.iter().enumerate() {
            let own = self.values.iter().skip(place).step_by(self.classes.len());
            frame.push(
                format!("p_{class}"),
                FrameValues::Numbers(own.copied().collect()),
            );
        }
        frame
    }

    fn push_values(&self, frame: &mut Frame) {
        let width = self.targets.len();
        for (place, target) in self.targets.iter().enumerate() {
            let own = self.values.iter().skip(place).step_by(width).copied();
            let name = match self.task {
                TaskKind::Multilabel => format!("p_{target}"),
                _ => target.clone(),
            };
            frame.push(name, FrameValues::Numbers(own.collect()));
            let ends = self.intervals.iter().flat_map(|_| ["low", "high"]);
            for (end, what) in ends.enumerate() {
                let all = self.intervals.iter().flatten().skip(place).step_by(width);
                let name = match width {
                    1 => what.to_owned(),
                    _ => format!("{what}_{target}"),
                };
                frame.push(
                    name,
                    FrameValues::Numbers(all.map(|own| own[end]).collect()),
                );
            }
        }
    }
}
