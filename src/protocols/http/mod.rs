//! HTTP: problems, pages, security headers, upgrades, the browser suite's files. Knows no feature.

pub mod caller;
pub mod file;
pub mod health;
pub mod json;
pub mod listener;
pub mod openapi;
pub mod outbound;
pub mod page;
pub mod problem;
pub mod rate_limit;
pub mod request_log;
pub mod scoped;
pub mod security;
pub mod static_files;
pub mod unread;
pub mod upgrade;
