//! Watches the tenant's events and tells open documents whose rights have changed.

use actix::{Actor, ActorContext as _, AsyncContext as _, Context, Handler};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::actors::{ChildSpec, Observation, Observe, Published, Restart, Shutdown, TenantEnv};
use crate::ids::{DocumentId, SessionId, UserId};
use crate::office::identity::{self, grants};
use crate::scope::{Right, Scope};
use crate::store::StoreError;

use super::document::Document;
use super::messages::{CloseAll, EndSession, ListPeople, People, SetRight};
use super::store::{self, OBJECT_KIND};

/// Turns events about rights into messages to the documents that are open.
pub struct RightsWatch {
    tenant: TenantEnv,
}

/// The watch as a child of its tenant.
pub fn child(tenant: &TenantEnv) -> ChildSpec {
    let tenant = tenant.clone();
    ChildSpec::actor("documents-rights-watch", Restart::Permanent, move || RightsWatch::new(&tenant))
}

impl RightsWatch {
    #[must_use]
    pub fn new(tenant: &TenantEnv) -> Self {
        Self { tenant: tenant.clone() }
    }
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
struct SessionEnded {
    session: SessionId,
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
            let Published(event, missed) = event;
            let followed = match missed {
                0 => follow(&tenant, &event.kind, &event.data).await,
                // Nobody knows what they said: the store knows how things are now.
                _ => recheck_all(&tenant).await,
            };
            if let Err(error) = followed {
                tracing::warn!(%error, kind = event.kind, "rights of open documents were not checked");
            }
        });
    }
}

async fn follow(tenant: &TenantEnv, kind: &str, data: &Value) -> Result<(), StoreError> {
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
        "identity.session_ended" => {
            if let Ok(SessionEnded { session }) = SessionEnded::deserialize(data) {
                // Which documents it has opened is written nowhere; asking costs a message each.
                for (_, open) in documents.live().await {
                    open.do_send(EndSession { session });
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
async fn recheck(tenant: &TenantEnv, id: DocumentId, user: UserId) -> Result<(), StoreError> {
    let Some(open) = tenant.registrar::<Document>().peek(id).await else { return Ok(()) };
    // An open document without this person has nothing to change.
    match open.send(ListPeople).await {
        Ok(people) if people.0.iter().any(|(present, _)| *present == user) => {}
        _ => return Ok(()),
    }
    let mut tx = tenant.store.read(&Scope::system(tenant.tenant)).await?;
    let right: Option<Right> = grants::right_of_active(&mut tx, OBJECT_KIND, id.0, user).await?;
    let _ = open.send(SetRight { user, right }).await;
    Ok(())
}

/// Brings every open document up to date with what the store says of everyone in it.
async fn recheck_all(tenant: &TenantEnv) -> Result<(), StoreError> {
    for (id, open) in tenant.registrar::<Document>().live().await {
        // A document that ends meanwhile has nobody in it.
        let Ok(People(people)) = open.send(ListPeople).await else { continue };
        let mut tx = tenant.store.read(&Scope::system(tenant.tenant)).await?;
        if !store::exists(&mut tx, id, false).await? {
            open.do_send(CloseAll);
            continue;
        }
        for (user, session) in people {
            let right = grants::right_of_active(&mut tx, OBJECT_KIND, id.0, user).await?;
            open.do_send(SetRight { user, right });
            if let Some(session) = session
                && !identity::is_session_open(&mut tx, session).await?
            {
                open.do_send(EndSession { session });
            }
        }
    }
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
