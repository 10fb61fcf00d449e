//! Routes of documents. JSON types never leave this folder.

mod files;
mod grants;
mod items;
mod mentions;
mod versions;

use actix_web::web::{Data, ServiceConfig};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::actors::Clock;
use crate::actors::Tenants;
use crate::ids::{DocumentId, TenantId, Timestamp, UserId};
use crate::office::identity::Identity;
use crate::protocols::http::problem::ApiError;
use crate::protocols::http::rate_limit::RateLimits;
use crate::scope::Right;
use crate::store::Store;

use super::document::Document;
use super::error::DocumentError;
use super::limits::DocumentLimits;
use super::store::DocumentRow;

/// What the routes of documents work with.
#[derive(Clone)]
pub struct Documents {
    pub store: Store,
    pub clock: Clock,
    pub tenants: Tenants,
    pub identity: Identity,
    pub limits: DocumentLimits,
    /// How often one person mentions others.
    pub mentions: RateLimits,
}

/// A document in the list of a person.
#[derive(Serialize, ToSchema)]
#[schema(as = Document)]
pub struct DocumentJson {
    pub id: DocumentId,
    pub title: String,
    pub owner: PersonJson,
    /// What the asking person may do with it.
    pub right: Right,
    /// Whether others hold a right to it too.
    pub shared: bool,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// When it was moved to the trash.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub deleted_at: Option<Timestamp>,
}

/// A person, named.
#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonJson {
    pub id: UserId,
    pub name: String,
}

impl From<DocumentError> for ApiError {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Store(error) => error.into(),
            other => Self::new(other.kind(), other.to_string()),
        }
    }
}

impl TryFrom<DocumentRow> for DocumentJson {
    type Error = DocumentError;

    fn try_from(row: DocumentRow) -> Result<Self, DocumentError> {
        Ok(Self {
            id: row.id,
            title: row.title,
            owner: PersonJson { id: row.owner_id, name: row.owner_name },
            right: row.held.parse().map_err(|_| DocumentError::Damaged("grant"))?,
            shared: row.grants > 1,
            created_at: row.created_at,
            updated_at: row.updated_at,
            deleted_at: row.deleted_at,
        })
    }
}

impl Documents {
    /// The live document, loaded if need be.
    async fn live(&self, tenant: TenantId, id: DocumentId) -> Result<actix::Addr<Document>, DocumentError> {
        let env = self.tenants.wake(tenant).await.map_err(|_| DocumentError::Busy)?;
        env.registrar::<Document>().locate(id).await.map_err(super::session::locate_error)
    }
}

/// The routes, below `/api/v1`.
pub fn configure(config: &mut ServiceConfig, documents: Documents) {
    config.app_data(Data::new(documents));
    items::configure(config);
    grants::configure(config);
    mentions::configure(config);
    versions::configure(config);
    files::configure(config);
}

/// The OpenAPI description of the routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut all = items::Api::openapi();
    all.merge(grants::Api::openapi());
    all.merge(mentions::Api::openapi());
    all.merge(versions::Api::openapi());
    all.merge(files::Api::openapi());
    all
}
