//! Tells people that they were mentioned in a document.

use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use crate::ids::{DocumentId, UserId};
use crate::protocols::http::json::Json;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::Right;

use super::super::error::DocumentError;
use super::super::{news, store};
use super::Documents;

/// People of one request.
const PEOPLE: usize = 50;
/// Characters around a mention.
const EXCERPT: usize = 500;

#[derive(OpenApi)]
#[openapi(paths(mention))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(mention);
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMentions {
    /// 1 to 50 people.
    users: Vec<UserId>,
    /// The words around the mention, up to 500 characters; the same words tell a person once.
    #[serde(default)]
    excerpt: String,
}

#[derive(Serialize, ToSchema)]
struct Mentioned {
    /// Who was told now: those who may see the document and were not told of these words before.
    told: Vec<UserId>,
}

/// Tells people that they were mentioned in the document; those who may not see it hear nothing.
#[utoipa::path(post, path = "/api/v1/documents/{id}/mentions", tag = "documents",
    params(("id" = DocumentId, Path)), request_body = NewMentions,
    responses((status = 200, body = Mentioned), (status = 403, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)),
    extensions(("x-right" = json!("document:comment"))))]
#[post("/documents/{id}/mentions")]
async fn mention(
    scope: Scoped,
    id: Path<DocumentId>,
    body: Json<NewMentions>,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    let mut tx = documents.store.begin(&scope).await?;
    let row = store::find(&mut tx, &scope, *id, Right::Comment).await?;
    if row.deleted_at.is_some() {
        return Err(DocumentError::NotFound.into());
    }
    let NewMentions { mut users, excerpt } = body.into_inner();
    users.sort_unstable();
    users.dedup();
    if users.is_empty() || users.len() > PEOPLE || excerpt.chars().count() > EXCERPT {
        return Err(DocumentError::Invalid("1 to 50 people are mentioned in up to 500 characters").into());
    }
    documents.mentions.principal(&scope)?;
    let now = documents.clock.now();
    let told = news::mentioned(&mut tx, &scope, &row, &users, excerpt.trim(), now).await?;
    tx.commit().await?;
    Ok(HttpResponse::Ok().json(Mentioned { told }))
}
