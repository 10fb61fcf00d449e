//! Records as clients see them.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::ids::{RecordId, Timestamp, UserId};

use super::record::Stored;

/// A record.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Record)]
pub struct RecordJson {
    pub id: RecordId,
    pub kind: String,
    /// How often it was changed; to be given back with a change.
    pub version: i64,
    /// The event that changed it last.
    pub seq: i64,
    pub state: String,
    pub owner: Option<UserId>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    pub created_by: Option<UserId>,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub updated_by: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deleted_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<RecordId>,
    /// By name; empty ones are left out.
    #[schema(value_type = Object)]
    pub fields: Map<String, Value>,
}

impl RecordJson {
    /// A record without the fields that are hidden from who asks.
    #[must_use]
    pub fn of(record: &Stored, hidden: &[String]) -> Self {
        let mut fields = record.fields.clone();
        fields.retain(|name, _| !hidden.contains(name));
        Self {
            id: record.id,
            kind: record.kind.clone(),
            version: record.version,
            seq: record.seq,
            state: record.state.clone(),
            owner: record.owner,
            created_at: record.created_at,
            created_by: record.created_by,
            updated_at: record.updated_at,
            updated_by: record.updated_by,
            deleted_at: record.deleted_at,
            merged_into: record.merged_into,
            fields,
        }
    }
}
