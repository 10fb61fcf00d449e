//! Who is connected: the live sockets of each tenant by person, and the presence that follows.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::actors::Clock;
use crate::ids::{SessionId, TenantId, UserId};
use crate::protocols::ws::outlet::{Close, Outlet};
use crate::scope::{Role, Scope};

use super::wire::{self, ServerMessage};

/// The topic of a person's own events.
pub const ME: &str = "me";
/// The topic of presence and status.
pub const PEOPLE: &str = "people";

/// Who went away is shown as such after this long: a reload is no absence.
const GRACE: Duration = Duration::from_secs(4);
/// Presence is told at most this often; more rarely where many would hear it.
const SPAN: Duration = Duration::from_millis(500);
/// Changes of presence in one frame.
const TOGETHER: usize = 500;

/// The hubs of all tenants; cheap to clone.
#[derive(Clone)]
pub struct Hubs {
    clock: Clock,
    all: Arc<Mutex<HashMap<TenantId, Arc<Hub>>>>,
}

/// The live sockets of one tenant.
pub struct Hub {
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    people: HashMap<UserId, Vec<Connection>>,
    last_id: u64,
    /// Changes of presence that are not told yet.
    changed: BTreeMap<UserId, Option<Presence>>,
    telling: bool,
}

struct Connection {
    id: u64,
    outlet: Arc<Outlet>,
    session: Option<SessionId>,
    /// What its person might do when it was opened.
    role: Role,
    presence: Presence,
    /// Whether it hears of the presence of others.
    people: bool,
}

/// Whether someone is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    Away,
    Online,
}

/// One live socket in its hub; leaves it when dropped.
pub struct Place {
    hub: Arc<Hub>,
    user: UserId,
    id: u64,
}

impl Hubs {
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, all: Arc::default() }
    }

    /// The hub of a tenant.
    #[must_use]
    pub fn of(&self, tenant: TenantId) -> Arc<Hub> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody holds have no socket.
        if all.len() > 1_000 && all.len().is_power_of_two() {
            all.retain(|_, hub| Arc::strong_count(hub) > 1);
        }
        let hub = all.entry(tenant);
        hub.or_insert_with(|| Arc::new(Hub { clock: self.clock.clone(), state: Mutex::default() })).clone()
    }
}

impl Hub {
    /// Adds a socket.
    pub fn enter(self: &Arc<Self>, user: UserId, scope: &Scope, outlet: Arc<Outlet>) -> Place {
        let mut state = self.state();
        state.last_id += 1;
        let id = state.last_id;
        let Scope { session, role, .. } = *scope;
        let connection = Connection { id, outlet, session, role, presence: Presence::Online, people: false };
        state.people.entry(user).or_default().push(connection);
        self.changed(&mut state, user);
        Place { hub: self.clone(), user, id }
    }

    /// Tells a person something, on all devices.
    pub fn tell(&self, user: UserId, kind: &str, data: &Value) {
        let state = self.state();
        let Some(connections) = state.people.get(&user) else { return };
        let events = [json!({ "kind": kind, "data": data })];
        let frame = ServerMessage::Events { topic: ME, events: &events }.frame();
        for connection in connections {
            connection.outlet.push(frame.clone());
        }
    }

    /// Tells everybody something that concerns all, on their own topic.
    pub fn tell_all(&self, kind: &str, data: &Value) {
        let events = [json!({ "kind": kind, "data": data })];
        let frame = ServerMessage::Events { topic: ME, events: &events }.frame();
        for connection in self.state().people.values().flatten() {
            connection.outlet.push(frame.clone());
        }
    }

    /// Tells everyone who listens to `people` something of the moment.
    pub fn signal(&self, kind: &str, data: &Value) {
        let frame = ServerMessage::Signal { topic: PEOPLE, kind, data }.frame();
        self.signal_frame(&self.state(), &frame);
    }

    /// Who is there now.
    #[must_use]
    pub fn present(&self) -> HashMap<UserId, Presence> {
        let state = self.state();
        state.people.keys().filter_map(|user| Some((*user, state.presence(*user)?))).collect()
    }

    #[must_use]
    pub fn is_online(&self, user: UserId) -> bool {
        self.state().presence(user) == Some(Presence::Online)
    }

    /// How many sockets there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.state().people.values().map(Vec::len).sum()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.state().people.is_empty()
    }

    /// Ends the sockets of one sign-in.
    pub fn close_session(&self, user: UserId, session: SessionId, close: Close) {
        self.close(user, close, |connection| connection.session == Some(session));
    }

    /// Ends a person's sockets that were opened with another role than the one of now; all when there is none.
    pub fn close_unless(&self, user: UserId, role: Option<Role>, close: Close) {
        self.close(user, close, |connection| Some(connection.role) != role);
    }

    fn close(&self, user: UserId, close: Close, which: impl Fn(&Connection) -> bool) {
        for connection in self.state().people.get(&user).into_iter().flatten() {
            if which(connection) {
                connection.outlet.close(close);
            }
        }
    }

    /// Ends all sockets.
    pub fn close_all(&self, close: Close) {
        for connection in self.state().people.values().flatten() {
            connection.outlet.close(close);
        }
    }

    fn signal_frame(&self, state: &State, frame: &Bytes) {
        for connection in state.people.values().flatten().filter(|connection| connection.people) {
            connection.outlet.push(frame.clone());
        }
    }

    /// Notes that someone may have come or gone, and tells it soon.
    fn changed(self: &Arc<Self>, state: &mut State, user: UserId) {
        let now = state.presence(user);
        state.changed.insert(user, now);
        if std::mem::replace(&mut state.telling, true) {
            return;
        }
        // What is told to n people by n people costs n²: it is told more rarely.
        let crowd = Duration::from_millis(state.people.len() as u64 * 2);
        let hub = self.clone();
        tokio::spawn(async move {
            hub.clock.sleep(SPAN + crowd.min(Duration::from_secs(30))).await;
            hub.tell_presence();
        });
    }

    fn tell_presence(&self) {
        let mut state = self.state();
        state.telling = false;
        let changed = std::mem::take(&mut state.changed);
        let data: Vec<Value> = changed
            .into_iter()
            .map(|(user, presence)| {
                let word = match presence {
                    None => "offline",
                    Some(Presence::Away) => "away",
                    Some(Presence::Online) => "online",
                };
                json!({ "user": user, "state": word })
            })
            .collect();
        let signal = |data| ServerMessage::Signal { topic: PEOPLE, kind: "presence", data };
        let signals: Vec<ServerMessage<'_>> = data.iter().map(signal).collect();
        // Many come at once after a restart: one frame for all of them, not one for each.
        for together in signals.chunks(TOGETHER) {
            self.signal_frame(&state, &wire::frame(together));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The best of a person's devices.
    fn presence(&self, user: UserId) -> Option<Presence> {
        self.people.get(&user)?.iter().map(|connection| connection.presence).max()
    }
}

impl Place {
    #[must_use]
    pub fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// Says whether somebody sits at this device.
    pub fn set_presence(&self, presence: Presence) {
        self.change(|connection| connection.presence = presence);
    }

    /// Begins or ends to hear of the presence of others.
    pub fn listen_to_people(&self, listen: bool) {
        self.change(|connection| connection.people = listen);
    }

    fn change(&self, change: impl FnOnce(&mut Connection)) {
        let mut state = self.hub.state();
        let before = state.presence(self.user);
        let mut connections = state.people.get_mut(&self.user).into_iter().flatten();
        if let Some(connection) = connections.find(|connection| connection.id == self.id) {
            change(connection);
        }
        if state.presence(self.user) != before {
            self.hub.changed(&mut state, self.user);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.hub.state();
        let Some(connections) = state.people.get_mut(&self.user) else { return };
        connections.retain(|connection| connection.id != self.id);
        if !connections.is_empty() {
            return self.hub.changed(&mut state, self.user);
        }
        state.people.remove(&self.user);
        let (hub, user) = (self.hub.clone(), self.user);
        // At the end of the program there is nobody left to be told.
        if tokio::runtime::Handle::try_current().is_ok() {
            tokio::spawn(async move {
                hub.clock.sleep(GRACE).await;
                hub.changed(&mut hub.state(), user);
            });
        }
    }
}
