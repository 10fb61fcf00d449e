//! What an export reads that nothing else does.

use serde_json::{Value, json};

use crate::ids::{RoomId, Timestamp, UserId};
use crate::store::{StoreError, TenantTx, args, row};

use super::rooms::RoomRow;

row! {
    /// Someone with an account.
    pub struct PersonRow {
        id: UserId,
        name: String,
        email: String,
        status: String,
    }
}

row! {
    /// Someone in a room.
    pub struct InRoomRow {
        user_id: UserId,
        role: String,
        read_seq: i64,
        joined_at: Timestamp,
    }
}

row! {
    /// What a message said before.
    pub struct EditRow {
        pub seq: i64,
        by_user: Option<UserId>,
        body: String,
        extra: Option<Value>,
        at: Timestamp,
    }
}

impl PersonRow {
    #[must_use]
    pub fn json(&self) -> Value {
        json!({ "id": self.id, "name": self.name, "email": self.email, "status": self.status })
    }
}

impl InRoomRow {
    #[must_use]
    pub fn json(&self) -> Value {
        let Self { user_id, role, read_seq, joined_at } = self;
        json!({ "user": user_id, "role": role, "read_seq": read_seq, "joined_at": joined_at })
    }
}

impl EditRow {
    #[must_use]
    pub fn json(&self) -> Value {
        json!({ "text": self.body, "by": self.by_user, "until": self.at })
    }

    /// With the files that it had.
    #[must_use]
    pub fn whole(&self) -> Value {
        let mut value = self.json();
        value["files"] = self.files().unwrap_or_else(|| json!([]));
        value
    }

    fn files(&self) -> Option<Value> {
        self.extra.as_ref()?.get("files").cloned()
    }
}

pub async fn people(tx: &mut TenantTx) -> Result<Vec<PersonRow>, StoreError> {
    let sql = "SELECT id, name, email, status FROM users WHERE tenant_id = $1 ORDER BY name, id";
    tx.all(sql, args![tx.tenant()]).await
}

/// Every room of the business, conversations too.
pub async fn rooms(tx: &mut TenantTx) -> Result<Vec<RoomRow>, StoreError> {
    let sql = "SELECT id, kind, name, description, private, people, retention_days, created_by, created_at,
                      archived_at, changed FROM chat_rooms WHERE tenant_id = $1 ORDER BY id";
    tx.all(sql, args![tx.tenant()]).await
}

pub async fn members(tx: &mut TenantTx, room: RoomId) -> Result<Vec<InRoomRow>, StoreError> {
    let sql = "SELECT user_id, role, read_seq, joined_at FROM chat_members
                WHERE tenant_id = $1 AND room_id = $2 ORDER BY user_id";
    tx.all(sql, args![tx.tenant(), room]).await
}

/// What messages of a room said before, of those after one number and up to another.
pub async fn edits(
    tx: &mut TenantTx,
    room: RoomId,
    after: i64,
    upto: i64,
) -> Result<Vec<EditRow>, StoreError> {
    let sql = "SELECT seq, by_user, body, extra, at FROM chat_edits
                WHERE tenant_id = $1 AND room_id = $2 AND seq > $3 AND seq <= $4 ORDER BY seq, changed";
    tx.all(sql, args![tx.tenant(), room, after, upto]).await
}
