//! placeholder
use super::super::error::ChatError;
use super::run::Run;
use std::fs::File;
pub(super) async fn import(_: &mut Run<'_>, _: File) -> Result<(), ChatError> {
    Err(ChatError::invalid("not yet"))
}
