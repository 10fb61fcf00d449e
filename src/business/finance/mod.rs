//! Finance: for now the drafts of invoices that other modules ask for.

mod invoice;

use super::engine::Module;

pub use invoice::Invoice;

#[must_use]
pub fn module() -> Module {
    Module::new("finance").needs(&["crm"]).record::<Invoice>().rule(invoice::DraftForWonDeal)
}
