//! Gives a list of records away as a table, page by page, so that its length does not matter.

mod cells;
mod table;

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::ids::Timestamp;
use crate::scope::Scope;

use super::error::EngineError;
use super::filter::Meaning;
use super::kind::Kind;
use super::list::{Ask, MarkJson};
use super::service::Engine;
use super::store::lists::{self, Listing};

pub use cells::{Column, columns};
pub use table::{escape, unescape};

use cells::Cells;
use table::Table;

/// Records of one export.
const MOST: usize = 1_000_000;
/// Records that are read at once.
const PAGE: i64 = 500;
/// Pages on their way to a slow reader.
const WAITING: usize = 2;

/// Bytes on their way out; an error breaks the answer off.
pub type Pieces = mpsc::Receiver<Result<Bytes, EngineError>>;

/// The form of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Csv {
        /// Whether the mark of UTF-8 stands before everything, by which spreadsheets know it.
        bom: bool,
    },
    Xlsx,
}

/// A value on its way into a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    /// A decimal that the engine has written.
    Number(String),
}

/// What is exported, and for whom.
struct Job {
    engine: Engine,
    scope: Scope,
    kind: Arc<Kind>,
    columns: Vec<Column>,
    listing: Listing,
    form: Form,
}

impl Engine {
    /// Begins an export of what the caller may see of a list; `names` are the columns, all unless told.
    pub async fn export(
        &self,
        scope: &Scope,
        kind: &str,
        ask: &Ask,
        names: Option<&str>,
        form: Form,
    ) -> Result<Pieces, EngineError> {
        let mut tx = self.store.read(scope).await?;
        let (kind, access) = self.kind(&mut tx, scope, kind).await?;
        let now: Timestamp = self.clock.now();
        let listing = ask.listing(&kind, &access, Meaning { scope, now })?;
        let columns = columns(&kind, &access, names)?;
        drop(tx);
        let (out, pieces) = mpsc::channel(WAITING);
        let (engine, scope) = (self.clone(), scope.clone());
        let job = Job { engine, scope, kind, columns, listing, form };
        actix_rt::spawn(async move {
            let tenant = job.scope.tenant;
            if let Err(error) = job.run(out.clone()).await {
                tracing::warn!(%tenant, %error, "an export of records has failed");
                // Who asked has gone away.
                let _ = out.send(Err(error)).await;
            }
        });
        Ok(pieces)
    }
}

impl Job {
    async fn run(self, out: mpsc::Sender<Result<Bytes, EngineError>>) -> Result<(), EngineError> {
        let (rows, waiting) = mpsc::channel(WAITING);
        let form = self.form;
        // The table is written where it holds nobody up.
        let written = tokio::task::spawn_blocking(move || Table::write(form, waiting, &out));
        let header = self.columns.iter().flat_map(Column::headers).map(Cell::Text).collect();
        let read = match rows.send(vec![header]).await {
            Ok(()) => self.pages(&rows).await,
            Err(_) => Ok(()),
        };
        if read.is_ok() {
            // An empty page is the end; without it the table is not whole.
            let _ = rows.send(Vec::new()).await;
        }
        drop(rows);
        let written = written.await.map_err(|_| EngineError::Damaged("table"))?;
        read.and(written)
    }

    async fn pages(&self, rows: &mpsc::Sender<Vec<Vec<Cell>>>) -> Result<(), EngineError> {
        let mut cells = Cells::new(&self.engine, &self.scope);
        let (mut after, mut count) = (None, 0);
        loop {
            let mut tx = self.engine.store.read(&self.scope).await?;
            let page = lists::page(&mut tx, &self.listing, after.as_ref(), PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(MarkJson::of(&self.kind, last, &self.listing.order).read(&self.listing.order)?);
            count += page.len();
            if count > MOST {
                return Err(EngineError::TooMany { what: "an export", limit: MOST });
            }
            let mut lines = Vec::with_capacity(page.len());
            for record in &page {
                lines.push(cells.of(&mut tx, &self.columns, record).await?);
            }
            drop(tx);
            if rows.send(lines).await.is_err() {
                return Ok(());
            }
        }
    }
}
