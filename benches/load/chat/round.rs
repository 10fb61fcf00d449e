//! People who talk in rooms while everyone in them listens.
//!
//! An open loop: a slow server does not slow the speakers down, and a delivery counts from the moment
//! its message should have been sent.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use super::server::Server;
use super::tongue::Tongue;
use crate::crowd::Pen;
use crate::edits::Chance;
use crate::histogram::Histogram;
use crate::wire::{self, Inbox};

/// How many listen to how much.
#[derive(Clone, Copy)]
pub struct Plan {
    pub rooms: usize,
    pub members: usize,
    /// Messages of each room in a second.
    pub rate: f64,
    pub warm_up: Duration,
    pub measured: Duration,
}

/// What one round showed.
pub struct Outcome {
    pub deliveries_per_second: f64,
    /// Share of the deliveries that arrived.
    pub arrived: f64,
    /// Until a member has it.
    pub each: Histogram,
    /// Until the last member has it.
    pub last: Histogram,
    pub cpu_micros_per_delivery: f64,
    pub rss_mib: f64,
}

struct Member {
    pen: Arc<Pen>,
    reader: std::net::TcpStream,
    inbox: Inbox,
}

/// A message: when it is due and who says what.
struct Post {
    due: Duration,
    member: usize,
    frame: Vec<u8>,
}

struct Tally {
    begun: Instant,
    plan: Plan,
    /// When each message was due and how many have it.
    posts: Vec<(Duration, usize)>,
    each: Histogram,
    last: Histogram,
    /// Deliveries of messages due in the measured time, whenever they arrive.
    due: u64,
    /// Deliveries that arrive in the measured time.
    arrived_within: u64,
    closed: usize,
}

/// Presence of a thousand people who have just come is told within this.
const QUIET: Duration = Duration::from_secs(4);
/// How long what is under way may still take.
const LATE: Duration = Duration::from_secs(4);

/// Runs one round.
pub fn run(server: &Server<'_>, plan: Plan) -> io::Result<Outcome> {
    let mut members = Vec::new();
    let mut rooms = Vec::new();
    for number in 0..plan.rooms {
        let sockets = number * plan.members..(number + 1) * plan.members;
        let room = server.room(number, sockets.clone())?;
        for socket in sockets {
            let wire = server.connect(socket, &[&room])?;
            wire.stream.set_read_timeout(None)?;
            wire.stream.set_nonblocking(true)?;
            let pen = Arc::new(Pen::new(wire.stream.try_clone()?));
            members.push(Member { pen, reader: wire.stream, inbox: wire.inbox });
        }
        rooms.push(room);
    }
    thread::sleep(QUIET);
    let posts = schedule(server.kind.tongue(), plan, &rooms);
    let tally = Tally {
        begun: Instant::now(),
        plan,
        posts: posts.iter().map(|post| (post.due, 0)).collect(),
        each: Histogram::new(),
        last: Histogram::new(),
        due: 0,
        arrived_within: 0,
        closed: 0,
    };
    let writer = spawn_writer(posts, members.iter().map(|member| member.pen.clone()).collect(), tally.begun);
    let (tally, cpu) = read_all(server, members, tally)?;
    writer.join().map_err(|_| io::Error::other("the writer panicked"))?;
    Ok(tally.outcome(cpu, server.process.rss()))
}

/// Every message of the round, by time. Members of a room speak in turn.
fn schedule(tongue: Tongue, plan: Plan, rooms: &[String]) -> Vec<Post> {
    let mut chance = Chance(13);
    let interval = Duration::from_secs_f64(1.0 / plan.rate);
    let mut planned = Vec::new();
    for room in 0..rooms.len() {
        let mut due = Duration::from_micros(chance.below(interval.as_micros() as usize) as u64);
        while due < plan.warm_up + plan.measured {
            planned.push((due, room));
            due += interval;
        }
    }
    planned.sort_unstable();
    let mut turns = vec![0; rooms.len()];
    let speak = |(number, (due, room)): (usize, (Duration, usize))| {
        turns[room] += 1;
        let member = room * plan.members + turns[room] * 7 % plan.members;
        Post { due, member, frame: wire::text(tongue.post(&rooms[room], number).as_bytes()) }
    };
    planned.into_iter().enumerate().map(speak).collect()
}

/// Sends every message when it is due. A thread of its own: timers of the readers' runtime are too coarse.
fn spawn_writer(posts: Vec<Post>, pens: Vec<Arc<Pen>>, begun: Instant) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        for post in posts {
            let wait = post.due.saturating_sub(begun.elapsed());
            if wait > Duration::from_micros(20) {
                thread::sleep(wait);
            }
            pens[post.member].write(&post.frame);
        }
    })
}

fn read_all(server: &Server<'_>, members: Vec<Member>, tally: Tally) -> io::Result<(Tally, f64)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let Plan { warm_up, measured, .. } = tally.plan;
    let tally = Rc::new(RefCell::new(tally));
    let begun = tally.borrow().begun;
    let tongue = server.kind.tongue();
    let local = tokio::task::LocalSet::new();
    let cpu = local.block_on(&runtime, async {
        for member in members {
            let tally = Rc::clone(&tally);
            let reader = TcpStream::from_std(member.reader)?;
            tokio::task::spawn_local(async move {
                let end = read(reader, member.pen, member.inbox, tongue, &tally).await;
                tally.borrow_mut().closed += 1;
                if let Err(error) = end {
                    eprintln!("a member: {error}");
                }
            });
        }
        tokio::time::sleep_until((begun + warm_up).into()).await;
        let before = server.process.cpu();
        tokio::time::sleep_until((begun + warm_up + measured).into()).await;
        let cpu = server.process.cpu() - before;
        tokio::time::sleep(LATE).await;
        io::Result::Ok(cpu)
    })?;
    drop(local);
    let tally = Rc::try_unwrap(tally).map_err(|_| io::Error::other("a reader goes on"))?;
    Ok((tally.into_inner(), cpu))
}

async fn read(
    stream: TcpStream,
    pen: Arc<Pen>,
    mut inbox: Inbox,
    tongue: Tongue,
    tally: &RefCell<Tally>,
) -> io::Result<()> {
    let mut chunk = vec![0; 16_384];
    loop {
        stream.readable().await?;
        let size = match stream.try_read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(size) => size,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error),
        };
        inbox.push(&chunk[..size]);
        let mut tally = tally.borrow_mut();
        let now = tally.begun.elapsed();
        while let Some(frame) = inbox.next() {
            match frame.opcode {
                wire::PING => pen.write(&wire::frame(wire::PONG, frame.payload)),
                wire::CLOSE => eprintln!("a member was {}", wire::close_reason(frame.payload)),
                _ => match tongue.answer(frame.payload) {
                    Some(answer) => pen.write(&wire::text(answer)),
                    None => tongue.delivered(frame.payload, |number| tally.delivered(number, now)),
                },
            }
        }
    }
}

impl Tally {
    fn delivered(&mut self, number: usize, now: Duration) {
        let measured = self.plan.warm_up..self.plan.warm_up + self.plan.measured;
        let Some((due, heard)) = self.posts.get_mut(number) else { return };
        *heard += 1;
        let micros = now.saturating_sub(*due).as_micros() as u64;
        self.arrived_within += u64::from(measured.contains(&now));
        if measured.contains(due) {
            self.due += 1;
            self.each.record(micros);
            if *heard == self.plan.members {
                self.last.record(micros);
            }
        }
    }

    fn outcome(self, cpu: f64, rss: f64) -> Outcome {
        if self.closed > 0 {
            eprintln!("{} connections were closed", self.closed);
        }
        let measured = self.plan.warm_up..self.plan.warm_up + self.plan.measured;
        let posts = self.posts.iter().filter(|(due, _)| measured.contains(due)).count();
        let within = self.arrived_within.max(1) as f64;
        Outcome {
            deliveries_per_second: within / self.plan.measured.as_secs_f64(),
            arrived: self.due as f64 / (posts * self.plan.members) as f64,
            each: self.each,
            last: self.last,
            cpu_micros_per_delivery: cpu * 1e6 / within,
            rss_mib: rss / 1024.0,
        }
    }
}
