//! What records there are.

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::business::engine::command::CommandJson;
use crate::business::engine::event::{Event, ValueChange, Via};
use crate::business::engine::field::{Choice, Field, Holds, OnDelete};
use crate::business::engine::kind::Kind;
use crate::business::engine::rights::{Policy, Reach};
use crate::business::engine::service::Engine;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;

#[derive(OpenApi)]
#[openapi(
    paths(kinds),
    components(schemas(
        KindsJson,
        KindJson,
        Kind,
        Field,
        Holds,
        Choice,
        OnDelete,
        CommandJson,
        Policy,
        Reach,
        Event,
        Via,
        ValueChange
    ))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(kinds);
}

/// The types of records that the caller works with.
#[derive(Serialize, ToSchema)]
#[schema(as = RecordKinds)]
struct KindsJson {
    items: Vec<KindJson>,
}

/// A type, what can be done with it, and what the caller may do.
#[derive(Serialize, ToSchema)]
#[schema(as = RecordKindForMe)]
struct KindJson {
    #[serde(flatten)]
    kind: Kind,
    commands: Vec<CommandJson>,
    access: Policy,
}

/// Lists the types of records with their fields, as far as the caller may see them.
#[utoipa::path(get, path = "/api/v1/records", tag = "records",
    responses((status = 200, body = KindsJson), (status = 401, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/records")]
async fn kinds(scope: Scoped, engine: Data<Engine>) -> Result<HttpResponse, ApiError> {
    let mut tx = engine.store.read(&scope).await?;
    let catalog = engine.catalog(&mut tx).await?;
    let mut items = Vec::new();
    for (name, kind) in catalog.kinds.iter().filter(|(_, kind)| catalog.is_on(&kind.module)) {
        let access = catalog.access(&mut tx, &scope, name).await?;
        if access.is_nothing() {
            continue;
        }
        let mut kind = Kind::clone(kind);
        kind.fields.retain(|field| !access.is_hidden(&field.name));
        kind.columns.retain(|column| !access.is_hidden(column));
        items.push(KindJson {
            kind,
            commands: catalog.commands(name).map(|command| command.json.clone()).collect(),
            access: access.policy,
        });
    }
    Ok(HttpResponse::Ok().json(KindsJson { items }))
}
