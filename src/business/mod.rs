//! What companies keep.

pub mod activation;
