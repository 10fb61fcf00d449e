//! Lists of records as tables.

use actix_web::http::header;
use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, get};
use futures::StreamExt as _;
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::business::engine::export::{Form, Pieces};
use crate::business::engine::service::Engine;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;

use super::lists::parse;

#[derive(OpenApi)]
#[openapi(paths(export), components(schemas(FormJson)))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(export);
}

/// The form of a table.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[schema(as = RecordTableForm)]
#[serde(rename_all = "snake_case")]
enum FormJson {
    #[default]
    Csv,
    Xlsx,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ExportQuery {
    /// `csv` unless told.
    #[serde(default)]
    #[param(inline)]
    format: FormJson,
    /// Whether a CSV begins with the mark of UTF-8, by which some spreadsheets know it.
    #[serde(default)]
    bom: bool,
    /// A `RecordFilter` as JSON text.
    filter: Option<String>,
    /// Words that the record holds.
    q: Option<String>,
    /// Names of fields with commas between them; `-` before a name turns the order round.
    sort: Option<String>,
    /// Names of fields with commas between them; `id`, `state`, `owner`, `created_at`, `updated_at` are possible.
    columns: Option<String>,
}

/// Gives the records of a list that the caller may see as a table, up to a million.
///
/// Texts of a CSV that begin as a formula (`=`, `+`, `-`, `@`, tab, line break) have an apostrophe before them.
#[utoipa::path(get, path = "/api/v1/records/{kind}/export", tag = "records",
    params(("kind" = String, Path), ExportQuery),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem),
        (status = 422, body = Problem)),
    extensions(("x-right" = json!("records:view"))))]
#[get("/records/{kind}/export")]
async fn export(
    scope: Scoped,
    kind: Path<String>,
    query: Query<ExportQuery>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let ExportQuery { format, bom, filter, q, sort, columns } = query.into_inner();
    let ask = parse(filter.as_deref(), q, sort.as_deref())?;
    let (form, media_type, ending) = match format {
        FormJson::Csv => (Form::Csv { bom }, "text/csv; charset=utf-8", "csv"),
        FormJson::Xlsx => {
            (Form::Xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
        }
    };
    let pieces = engine.export(&scope, &kind, &ask, columns.as_deref(), form).await?;
    Ok(file(media_type, &format!("{kind}.{ending}"), pieces))
}

/// A file that is written while it is sent.
pub(super) fn file(media_type: &'static str, name: &str, mut pieces: Pieces) -> HttpResponse {
    let pieces = futures::stream::poll_fn(move |context| pieces.poll_recv(context))
        .map(|piece| piece.map_err(ApiError::from));
    // Types are named with letters, digits, points and underscores.
    let name: String =
        name.chars().filter(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '_' | '-')).collect();
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(Box::pin(pieces))
}
