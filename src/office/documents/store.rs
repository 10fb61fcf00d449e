//! Every SQL statement of documents.

use bytes::Bytes;
use serde_json::json;

use crate::ids::{DocumentId, Timestamp, UserId, VersionId};
use crate::office::identity::grants;
use crate::scope::{Action, Object, Right, Scope, authorize};
use crate::store::{NewEvent, StoreError, TenantTx, args, events_of, row};

use super::error::DocumentError;

/// Name of documents in grants and events.
pub const OBJECT_KIND: &str = "document";

row! {
    /// A document as a person sees it in a list.
    pub struct DocumentRow {
        pub id: DocumentId,
        pub title: String,
        pub owner_id: UserId,
        pub owner_name: String,
        pub held: String,
        pub grants: i64,
        pub created_at: Timestamp,
        pub updated_at: Timestamp,
        pub deleted_at: Option<Timestamp>,
    }
}

/// Which documents a list shows, newest first.
pub struct Filter<'a> {
    pub trash: bool,
    pub query: Option<&'a str>,
    pub before: Option<(Timestamp, DocumentId)>,
    pub limit: i64,
}

/// Lists the documents that the person may see.
pub async fn list(
    tx: &mut TenantTx,
    user: UserId,
    filter: Filter<'_>,
) -> Result<Vec<DocumentRow>, StoreError> {
    let (at, id) = filter.before.map_or((None, None), |(at, id)| (Some(at), Some(id)));
    let tenant = tx.tenant();
    tx.all(
        "SELECT d.id, d.title, d.owner_id, u.name AS owner_name, g.held AS held,
                (SELECT count(*) FROM grants s WHERE s.tenant_id = d.tenant_id
                   AND s.object_kind = 'document' AND s.object_id = d.id) AS grants,
                d.created_at, d.updated_at, d.deleted_at
           FROM documents d
           JOIN grants g ON g.tenant_id = d.tenant_id AND g.object_kind = 'document'
                        AND g.object_id = d.id AND g.user_id = $2
           JOIN users u ON u.tenant_id = d.tenant_id AND u.id = d.owner_id
          WHERE d.tenant_id = $1
            AND (d.deleted_at IS NOT NULL) = $3
            AND ($4 IS NULL OR lower(d.title) LIKE $4 ESCAPE '\\')
            AND ($5 IS NULL OR d.updated_at < $5 OR (d.updated_at = $5 AND d.id < $6))
          ORDER BY d.updated_at DESC, d.id DESC
          LIMIT $7",
        args![tenant, user, filter.trash, filter.query.map(like_pattern), at, id, filter.limit],
    )
    .await
}

/// A pattern that finds the text anywhere, whatever signs it holds.
fn like_pattern(query: &str) -> String {
    let mut pattern = String::from("%");
    for letter in query.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// One document, if the person holds `needed` on it.
///
/// # Errors
/// `DocumentError::Denied` when they do not.
pub async fn find(
    tx: &mut TenantTx,
    scope: &Scope,
    id: DocumentId,
    needed: Right,
) -> Result<DocumentRow, DocumentError> {
    let user = scope.user().ok_or(DocumentError::NotFound)?;
    let found: Option<DocumentRow> = tx
        .optional(
            "SELECT d.id, d.title, d.owner_id, u.name AS owner_name, g.held AS held,
                    (SELECT count(*) FROM grants s WHERE s.tenant_id = d.tenant_id
                       AND s.object_kind = 'document' AND s.object_id = d.id) AS grants,
                    d.created_at, d.updated_at, d.deleted_at
               FROM documents d
               JOIN grants g ON g.tenant_id = d.tenant_id AND g.object_kind = 'document'
                            AND g.object_id = d.id AND g.user_id = $3
               JOIN users u ON u.tenant_id = d.tenant_id AND u.id = d.owner_id
              WHERE d.tenant_id = $1 AND d.id = $2",
            args![scope.tenant, id, user],
        )
        .await?;
    let right = found.as_ref().and_then(|row| row.held.parse().ok());
    authorize(scope, Action::On(needed), Object::Granted { tenant: scope.tenant, right })?;
    found.ok_or(DocumentError::NotFound)
}

/// The right with which the person may open the document now.
///
/// # Errors
/// `DocumentError::NotFound` without a right to view it or when it is in the trash.
pub async fn right_to(tx: &mut TenantTx, scope: &Scope, id: DocumentId) -> Result<Right, DocumentError> {
    let row = find(tx, scope, id, Right::View).await?;
    if row.deleted_at.is_some() {
        return Err(DocumentError::NotFound);
    }
    row.held.parse().map_err(|_| DocumentError::Damaged("grant"))
}

/// Whether the document exists; one in the trash only if that is asked for.
pub async fn exists(tx: &mut TenantTx, id: DocumentId, in_trash: bool) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let sql = "SELECT count(*) AS count FROM documents
                WHERE tenant_id = $1 AND id = $2 AND (deleted_at IS NULL OR $3)";
    let found: CountRow = tx.one(sql, args![tenant, id, in_trash]).await?;
    Ok(found.count > 0)
}

row! {
    struct CountRow {
        count: i64,
    }
}

row! {
    struct GrantedRow {
        object_id: DocumentId,
    }
}

/// The documents to which a person holds a right.
pub async fn granted_to(tx: &mut TenantTx, user: UserId) -> Result<Vec<DocumentId>, StoreError> {
    let tenant = tx.tenant();
    let sql =
        "SELECT object_id FROM grants WHERE tenant_id = $1 AND user_id = $2 AND object_kind = 'document'";
    let rows: Vec<GrantedRow> = tx.all(sql, args![tenant, user]).await?;
    Ok(rows.into_iter().map(|row| row.object_id).collect())
}

/// Writes a new document, owned by `owner`.
pub async fn create(
    tx: &mut TenantTx,
    id: DocumentId,
    title: &str,
    owner: UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.execute(
        "INSERT INTO documents (tenant_id, id, title, owner_id, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $5)",
        args![tenant, id, title, owner, now],
    )
    .await?;
    grants::put(tx, OBJECT_KIND, id.0, owner, Right::Manage, now).await?;
    publish(tx, id, "document.created", now).await
}

/// Gives the document another title.
pub async fn rename(
    tx: &mut TenantTx,
    id: DocumentId,
    title: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.execute(
        "UPDATE documents SET title = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2",
        args![tenant, id, title, now],
    )
    .await?;
    publish(tx, id, "document.renamed", now).await
}

/// Moves the document to the trash or back.
pub async fn set_trashed(
    tx: &mut TenantTx,
    id: DocumentId,
    trashed: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.execute(
        "UPDATE documents SET deleted_at = $3 WHERE tenant_id = $1 AND id = $2",
        args![tenant, id, trashed.then_some(now)],
    )
    .await?;
    publish(tx, id, if trashed { "document.trashed" } else { "document.restored" }, now).await
}

/// Deletes the document with all that belongs to it.
pub async fn purge(tx: &mut TenantTx, id: DocumentId, now: Timestamp) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    for statement in [
        "DELETE FROM document_versions WHERE tenant_id = $1 AND document_id = $2",
        "DELETE FROM document_authors WHERE tenant_id = $1 AND document_id = $2",
        "DELETE FROM document_files WHERE tenant_id = $1 AND document_id = $2",
        "DELETE FROM grants WHERE tenant_id = $1 AND object_kind = 'document' AND object_id = $2",
        "DELETE FROM documents WHERE tenant_id = $1 AND id = $2",
    ] {
        tx.execute(statement, args![tenant, id]).await?;
    }
    tx.forget(id.0).await?;
    publish(tx, id, "document.deleted", now).await
}

/// Notes when the document was last written and by whom.
pub async fn note_written(
    tx: &mut TenantTx,
    id: DocumentId,
    authors: &[UserId],
    seq: i64,
    at: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.execute(
        "UPDATE documents SET updated_at = $3 WHERE tenant_id = $1 AND id = $2 AND updated_at < $3",
        args![tenant, id, at],
    )
    .await?;
    for author in authors {
        tx.execute(
            "INSERT INTO document_authors (tenant_id, document_id, user_id, seq) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, document_id, user_id) DO UPDATE SET seq = excluded.seq",
            args![tenant, id, *author, seq],
        )
        .await?;
    }
    Ok(())
}

async fn publish(
    tx: &mut TenantTx,
    id: DocumentId,
    kind: &'static str,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.publish(NewEvent { entity: events_of(id.0), kind, data: json!({ "document": id }), at }).await
}

row! {
    /// A point in a document's history.
    pub struct VersionRow {
        pub id: VersionId,
        pub seq: i64,
        pub label: Option<String>,
        pub authors: serde_json::Value,
        pub size: i64,
        pub created_at: Timestamp,
    }
}

/// Lists version points, newest first.
pub async fn versions(
    tx: &mut TenantTx,
    id: DocumentId,
    before: Option<VersionId>,
    limit: i64,
) -> Result<Vec<VersionRow>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        "SELECT id, seq, label, authors, size, created_at FROM document_versions
          WHERE tenant_id = $1 AND document_id = $2 AND ($3 IS NULL OR id < $3)
          ORDER BY id DESC LIMIT $4",
        args![tenant, id, before, limit],
    )
    .await
}

row! {
    struct StateRow {
        state: Vec<u8>,
    }
}

/// The stored state of a version point, as one update.
pub async fn version_state(
    tx: &mut TenantTx,
    id: DocumentId,
    version: VersionId,
) -> Result<Option<Bytes>, StoreError> {
    let tenant = tx.tenant();
    let found: Option<StateRow> = tx
        .optional(
            "SELECT state FROM document_versions WHERE tenant_id = $1 AND document_id = $2 AND id = $3",
            args![tenant, id, version],
        )
        .await?;
    Ok(found.map(|row| row.state.into()))
}

/// A new version point.
pub struct NewVersion<'a> {
    pub id: VersionId,
    pub document: DocumentId,
    pub seq: i64,
    pub label: Option<&'a str>,
    pub state: &'a [u8],
    pub at: Timestamp,
}

/// Writes a version point, with everyone who wrote since the one before.
pub async fn add_version(tx: &mut TenantTx, version: NewVersion<'_>) -> Result<VersionRow, StoreError> {
    let tenant = tx.tenant();
    let since = last_version(tx, version.document).await?.map_or(-1, |last| last.seq);
    let authors: Vec<AuthorRow> = tx
        .all(
            "SELECT a.user_id, u.name FROM document_authors a
               JOIN users u ON u.tenant_id = a.tenant_id AND u.id = a.user_id
              WHERE a.tenant_id = $1 AND a.document_id = $2 AND a.seq > $3 ORDER BY u.name",
            args![tenant, version.document, since],
        )
        .await?;
    let authors =
        json!(authors.iter().map(|a| json!({ "id": a.user_id, "name": a.name })).collect::<Vec<_>>());
    let size = version.state.len() as i64;
    tx.execute(
        "INSERT INTO document_versions (tenant_id, id, document_id, seq, label, authors, size, state, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            tenant,
            version.id,
            version.document,
            version.seq,
            version.label,
            authors.clone(),
            size,
            version.state.to_vec(),
            version.at
        ],
    )
    .await?;
    let label = version.label.map(str::to_owned);
    Ok(VersionRow { id: version.id, seq: version.seq, label, authors, size, created_at: version.at })
}

row! {
    struct AuthorRow {
        user_id: UserId,
        name: String,
    }
}

/// The newest version point.
pub async fn last_version(tx: &mut TenantTx, id: DocumentId) -> Result<Option<VersionRow>, StoreError> {
    Ok(versions(tx, id, None, 1).await?.pop())
}

row! {
    /// A file in a document.
    pub struct FileRow {
        pub hash: String,
        pub name: String,
        pub media_type: String,
        pub size: i64,
    }
}

/// Notes a file of a document.
pub async fn add_file(
    tx: &mut TenantTx,
    id: DocumentId,
    file: &FileRow,
    by: UserId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.execute(
        "INSERT INTO document_files (tenant_id, document_id, hash, name, media_type, size, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (tenant_id, document_id, hash) DO NOTHING",
        args![tenant, id, file.hash.as_str(), file.name.as_str(), file.media_type.as_str(), file.size, by, at],
    )
    .await?;
    Ok(())
}

/// A file of a document; a hash alone opens nothing.
pub async fn file(tx: &mut TenantTx, id: DocumentId, hash: &str) -> Result<Option<FileRow>, StoreError> {
    let tenant = tx.tenant();
    tx.optional(
        "SELECT hash, name, media_type, size FROM document_files
          WHERE tenant_id = $1 AND document_id = $2 AND hash = $3",
        args![tenant, id, hash],
    )
    .await
}
