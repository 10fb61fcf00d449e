//! Wire formats and sessions; knows no feature.

pub mod http;
pub mod ws;
