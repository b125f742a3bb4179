//! Update rules, schedules, the population loop, checkpoints and selection.
