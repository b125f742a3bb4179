//! The verdict on made-up worlds, and the mathematics.
