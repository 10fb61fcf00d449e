//! Views of lists: saved for oneself, a team, everyone.

use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, delete, get, patch, post};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::business::engine::error::EngineError;
use crate::business::engine::filter::Meaning;
use crate::business::engine::kind::Kind;
use crate::business::engine::rights::Access;
use crate::business::engine::saved::{Audience, Edit, Found, New, Share};
use crate::business::engine::service::Engine;
use crate::business::engine::views::{Layout, Look};
use crate::ids::{GroupId, Timestamp, UserId};
use crate::protocols::http::json::Json;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;

#[derive(OpenApi)]
#[openapi(
    paths(views, save_view, change_view, remove_view),
    components(schemas(ViewJson, ViewsJson, TeamJson, NewView, ViewChange, Look, Layout, Audience))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(views).service(save_view).service(change_view).service(remove_view);
}

/// A saved view of a list.
#[derive(Serialize, ToSchema)]
#[schema(as = RecordView)]
struct ViewJson {
    id: Uuid,
    kind: String,
    name: String,
    audience: Audience,
    /// The group that sees it.
    #[schema(required = true)]
    team: Option<GroupId>,
    /// Whether the list opens with it: the person's own, or else that of a team, or else that of everyone.
    opens: bool,
    /// How the list is looked at, without what is gone since or hidden from the caller.
    look: Look,
    /// Names of the fields that are gone or hidden.
    lost: Vec<String>,
    may_change: bool,
    /// To be given back with a change.
    version: i64,
    #[schema(required = true)]
    changed_by: Option<UserId>,
    #[schema(value_type = String, format = DateTime)]
    changed_at: Timestamp,
}

impl ViewJson {
    fn of(found: Found, kind: &Kind, access: &Access, meaning: Meaning<'_>) -> Result<Self, EngineError> {
        let Found { row, may_change } = found;
        let audience = row.audience();
        let look: Look = serde_json::from_value(row.definition).map_err(|_| EngineError::Damaged("view"))?;
        let (look, lost) = look.fitting(kind, access, meaning);
        Ok(Self {
            id: row.id,
            kind: row.kind,
            name: row.name,
            audience,
            team: row.team,
            opens: row.opens,
            look,
            lost,
            may_change,
            version: row.version,
            changed_by: row.changed_by,
            changed_at: row.changed_at,
        })
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = RecordViews)]
struct ViewsJson {
    items: Vec<ViewJson>,
    /// The groups that the caller is in: with these they can share.
    teams: Vec<TeamJson>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RecordTeam)]
pub(super) struct TeamJson {
    pub id: GroupId,
    pub name: String,
}

/// A view to be saved.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewRecordView)]
#[serde(deny_unknown_fields)]
struct NewView {
    /// 1 to 80 characters.
    name: String,
    /// With whom it is shared; with nobody unless told.
    #[serde(default = "me")]
    audience: Audience,
    /// The group, to share with one.
    #[serde(default)]
    team: Option<GroupId>,
    look: Look,
}

fn me() -> Audience {
    Audience::Me
}

/// What to change about a view; only what is named.
#[derive(Deserialize, ToSchema)]
#[schema(as = RecordViewChange)]
#[serde(deny_unknown_fields)]
struct ViewChange {
    /// The version that the person has seen; a later one is not overwritten.
    version: i64,
    name: Option<String>,
    audience: Option<Audience>,
    team: Option<GroupId>,
    look: Option<Look>,
    opens: Option<bool>,
    /// Its place among those that are shared alike, from 0.
    place: Option<usize>,
}

/// Lists the views of a type that the caller sees: their own, those of their teams, those of everyone.
#[utoipa::path(get, path = "/api/v1/record-kinds/{kind}/views", tag = "records", params(("kind" = String, Path)),
    responses((status = 200, body = ViewsJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("records:view"))))]
#[get("/record-kinds/{kind}/views")]
async fn views(scope: Scoped, name: Path<String>, engine: Data<Engine>) -> Result<HttpResponse, ApiError> {
    let mut tx = engine.store.read(&scope).await?;
    let (kind, access) = engine.kind(&mut tx, &scope, &name).await?;
    let meaning = Meaning { scope: &scope, now: engine.clock.now() };
    let found = engine.saved(&mut tx, &scope, &kind.name).await?;
    // One that cannot be read keeps nobody from the others.
    let items = found.into_iter().filter_map(|one| ViewJson::of(one, &kind, &access, meaning).ok()).collect();
    let teams = engine.teams(&mut tx, &scope).await?;
    let teams = teams.into_iter().map(|(id, name)| TeamJson { id, name }).collect();
    Ok(HttpResponse::Ok().json(ViewsJson { items, teams }))
}

/// Saves a view.
#[utoipa::path(post, path = "/api/v1/record-kinds/{kind}/views", tag = "records", params(("kind" = String, Path)),
    request_body = NewView,
    responses((status = 201, body = ViewJson), (status = 404, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("records:view"))))]
#[post("/record-kinds/{kind}/views")]
async fn save_view(
    scope: Scoped,
    name: Path<String>,
    body: Json<NewView>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let NewView { name: called, audience, team, look } = body.into_inner();
    let mut tx = engine.store.begin(&scope).await?;
    let (kind, access) = engine.kind(&mut tx, &scope, &name).await?;
    let meaning = Meaning { scope: &scope, now: engine.clock.now() };
    look.check(&kind, &access, meaning)?;
    let new = New { name: called, share: Share { audience, team }, definition: serde_json::json!(look) };
    let found = engine.save(tx, &scope, &kind.name, new).await?;
    Ok(HttpResponse::Created().json(ViewJson::of(found, &kind, &access, meaning)?))
}

/// Changes a view, renames it, shares it otherwise, or gives it another place.
#[utoipa::path(patch, path = "/api/v1/record-kinds/{kind}/views/{view}", tag = "records",
    params(("kind" = String, Path), ("view" = Uuid, Path)), request_body = ViewChange,
    responses((status = 200, body = ViewJson), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("view:manage"))))]
#[patch("/record-kinds/{kind}/views/{view}")]
async fn change_view(
    scope: Scoped,
    path: Path<(String, Uuid)>,
    body: Json<ViewChange>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (name, id) = path.into_inner();
    let ViewChange { version, name: called, audience, team, look, opens, place } = body.into_inner();
    let mut tx = engine.store.begin(&scope).await?;
    let (kind, access) = engine.kind(&mut tx, &scope, &name).await?;
    let meaning = Meaning { scope: &scope, now: engine.clock.now() };
    if let Some(look) = &look {
        look.check(&kind, &access, meaning)?;
    }
    let share = audience.map(|audience| Share { audience, team });
    let definition = look.map(|look| serde_json::json!(look));
    let edit = Edit { version, name: called, share, definition, opens, place };
    let found = engine.edit_saved(tx, &scope, (&kind.name, id), edit).await?;
    Ok(HttpResponse::Ok().json(ViewJson::of(found, &kind, &access, meaning)?))
}

/// Takes a view away.
#[utoipa::path(delete, path = "/api/v1/record-kinds/{kind}/views/{view}", tag = "records",
    params(("kind" = String, Path), ("view" = Uuid, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)),
    extensions(("x-right" = json!("view:manage"))))]
#[delete("/record-kinds/{kind}/views/{view}")]
async fn remove_view(
    scope: Scoped,
    path: Path<(String, Uuid)>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (name, id) = path.into_inner();
    let mut tx = engine.store.begin(&scope).await?;
    let (kind, _) = engine.kind(&mut tx, &scope, &name).await?;
    engine.remove_saved(tx, &scope, (&kind.name, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
