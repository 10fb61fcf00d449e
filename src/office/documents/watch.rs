//! Watches the tenant's events and tells open documents whose rights have changed.

use actix::{Actor, ActorContext as _, AsyncContext as _, Context, Handler};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::actors::{ChildSpec, Observation, Observe, Published, Restart, Shutdown, TenantEnv};
use crate::ids::{DocumentId, UserId};
use crate::office::identity::grants;
use crate::scope::{Right, Scope};

use super::document::Document;
use super::messages::{CloseAll, ListPeople, SetRight};
use super::store::{self, OBJECT_KIND};

/// Turns events about rights into messages to the documents that are open.
pub struct RightsWatch {
    tenant: TenantEnv,
}

/// The watch as a child of its tenant.
pub fn child(tenant: &TenantEnv) -> ChildSpec {
    let tenant = tenant.clone();
    ChildSpec::actor("documents-rights-watch", Restart::Permanent, move || RightsWatch {
        tenant: tenant.clone(),
    })
}

impl Actor for RightsWatch {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.tenant.bus().subscribe(ctx.address().recipient());
    }
}

#[derive(Deserialize)]
struct GrantChanged {
    object_kind: String,
    object_id: Uuid,
    user: UserId,
}

#[derive(Deserialize)]
struct UserChanged {
    user: UserId,
}

#[derive(Deserialize)]
struct DocumentChanged {
    document: DocumentId,
}

impl Handler<Published> for RightsWatch {
    type Result = ();

    fn handle(&mut self, event: Published, _: &mut Context<Self>) {
        let tenant = self.tenant.clone();
        actix_rt::spawn(async move {
            if let Err(error) = follow(&tenant, &event.0.kind, &event.0.data).await {
                tracing::warn!(%error, kind = event.0.kind, "rights of open documents were not checked");
            }
        });
    }
}

async fn follow(tenant: &TenantEnv, kind: &str, data: &Value) -> Result<(), crate::store::StoreError> {
    let documents = tenant.registrar::<Document>();
    match kind {
        "identity.grant_changed" => {
            if let Ok(change) = GrantChanged::deserialize(data)
                && change.object_kind == OBJECT_KIND
            {
                recheck(tenant, DocumentId(change.object_id), change.user).await?;
            }
        }
        "identity.user_changed" => {
            if let Ok(change) = UserChanged::deserialize(data) {
                let mut tx = tenant.store.read(&Scope::system(tenant.tenant)).await?;
                let granted = store::granted_to(&mut tx, change.user).await?;
                drop(tx);
                for id in granted {
                    recheck(tenant, id, change.user).await?;
                }
            }
        }
        "document.trashed" | "document.deleted" => {
            if let Ok(change) = DocumentChanged::deserialize(data)
                && let Some(open) = documents.peek(change.document).await
            {
                let _ = open.send(CloseAll).await;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Reads the person's right anew and gives it to the document, if it is open.
async fn recheck(tenant: &TenantEnv, id: DocumentId, user: UserId) -> Result<(), crate::store::StoreError> {
    let Some(open) = tenant.registrar::<Document>().peek(id).await else { return Ok(()) };
    // An open document without this person has nothing to change.
    match open.send(ListPeople).await {
        Ok(people) if people.0.contains(&user) => {}
        _ => return Ok(()),
    }
    let mut tx = tenant.store.read(&Scope::system(tenant.tenant)).await?;
    let right: Option<Right> = grants::right_of_active(&mut tx, OBJECT_KIND, id.0, user).await?;
    let _ = open.send(SetRight { user, right }).await;
    Ok(())
}

impl Handler<Shutdown> for RightsWatch {
    type Result = ();

    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}

impl Handler<Observe> for RightsWatch {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Self::Result {
        Observation::of("documents-rights-watch", "rights-watch", "running")
    }
}
