//! People who write the same documents together.
//!
//! At a pace it is an open loop: a slow server does not slow the writers down, and a delivery counts
//! from the moment its word should have been sent. At saturation a person writes the next word when
//! the neighbour has an earlier one: as much as the server can carry, and no endless queue.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use crate::dialect::{Dialect, Incoming};
use crate::edits::{self, Chance};
use crate::histogram::Histogram;
use crate::peer::Peer;
use crate::wire::{self, Inbox};

/// How many people write how much.
#[derive(Clone, Copy)]
pub struct Plan {
    pub documents: usize,
    pub people: usize,
    pub pace: Pace,
    pub warm_up: Duration,
    pub measured: Duration,
}

/// When people write.
#[derive(Clone, Copy)]
pub enum Pace {
    /// So many words a second each.
    Steady(f64),
    /// As soon as this many words or fewer of theirs are under way.
    Saturated(usize),
}

/// Words that each person has ready at saturation.
const SUPPLY: u32 = 5000;

/// What one round showed.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub deliveries_per_second: f64,
    /// Share of the deliveries that arrived.
    pub arrived: f64,
    pub p50: f64,
    pub p99: f64,
    pub p999: f64,
    pub cpu_micros_per_delivery: f64,
    pub cpu_share: f64,
    pub rss_mib: f64,
}

/// The writing end of a connection; readers use it for pongs only.
pub struct Pen {
    stream: std::net::TcpStream,
    backlog: Mutex<Vec<u8>>,
}

struct Person {
    pen: Arc<Pen>,
    reader: std::net::TcpStream,
    dialect: Dialect,
    /// Frames, the first of which makes the paragraph.
    frames: Vec<Vec<u8>>,
    /// When the first word is due.
    phase: Duration,
}

struct Supply {
    pen: Arc<Pen>,
    frames: std::vec::IntoIter<Vec<u8>>,
}

struct Tally {
    begun: Instant,
    plan: Plan,
    phases: Vec<Duration>,
    latencies: Histogram,
    /// What people may still write when saturation lets them.
    supplies: Vec<Supply>,
    /// Deliveries of words due in the measured time, whenever they arrive.
    due: u64,
    /// Deliveries that arrive in the measured time.
    arrived_within: u64,
}

/// Runs one round against a fresh server.
pub fn run(peer: &Peer, plan: Plan) -> io::Result<Outcome> {
    let documents = peer.documents(plan.documents)?;
    let mut people = Vec::new();
    let mut chance = Chance(11);
    let spread = if let Pace::Steady(rate) = plan.pace { (1e6 / rate) as usize } else { 1 };
    for document in &documents {
        for _ in 0..plan.people {
            let phase = chance.below(spread) as u64;
            people.push(join(peer, document, plan, people.len(), Duration::from_micros(phase))?);
        }
    }
    // The paragraphs arrive everywhere before the words.
    thread::sleep(Duration::from_millis(500));
    let begun = Instant::now();
    let mut tally = Tally::new(begun, plan, people.iter().map(|person| person.phase).collect());
    let writer = match plan.pace {
        Pace::Steady(rate) => spawn_writer(&mut people, rate, begun),
        Pace::Saturated(window) => {
            tally.supplies = people.iter_mut().map(|person| person.begin(window)).collect();
            thread::spawn(|| {})
        }
    };
    let (tally, cpu) = read_all(people, tally, peer, plan)?;
    writer.join().map_err(|_| io::Error::other("the writer panicked"))?;
    Ok(outcome(&tally, plan, cpu, peer.process.rss()))
}

fn join(peer: &Peer, document: &str, plan: Plan, index: usize, phase: Duration) -> io::Result<Person> {
    let dialect = peer.dialect(document);
    let mut wire = peer.connect(document)?;
    if peer.kind.stores() {
        wire.send(&dialect.step1(&[0]))?;
        wire.receive(|payload| matches!(dialect.read(payload), Incoming::Step2(_)).then_some(()))?;
    }
    let words = match plan.pace {
        Pace::Steady(rate) => ((plan.warm_up + plan.measured).as_secs_f64() * rate).ceil() as u32,
        Pace::Saturated(_) => SUPPLY,
    };
    // High client ids as Yjs draws them, so that updates have their usual size.
    let client = 1_000_000_007 + index as u64 * 7919;
    let mut frames = edits::typist(client, index as u32, words).into_iter();
    let paragraph = frames.next().map(|update| dialect.update(&update)).unwrap_or_default();
    wire.send(&paragraph)?;
    let frames = frames.map(|update| wire::binary(&dialect.update(&update))).collect();
    wire.stream.set_read_timeout(None)?;
    wire.stream.set_nonblocking(true)?;
    let pen = Arc::new(Pen::new(wire.stream.try_clone()?));
    Ok(Person { pen, reader: wire.stream, dialect, frames, phase })
}

impl Person {
    /// Writes the first words and hands out the rest.
    fn begin(&mut self, window: usize) -> Supply {
        let mut frames = std::mem::take(&mut self.frames).into_iter();
        frames.by_ref().take(window).for_each(|frame| self.pen.write(&frame));
        Supply { pen: Arc::clone(&self.pen), frames }
    }
}

impl Pen {
    pub fn new(stream: std::net::TcpStream) -> Self {
        Self { stream, backlog: Mutex::default() }
    }

    pub fn write(&self, bytes: &[u8]) {
        use io::Write as _;
        let mut backlog = self.backlog.lock().expect("no writer panics while it holds the lock");
        if !backlog.is_empty() {
            backlog.extend_from_slice(bytes);
            let written = (&self.stream).write(&backlog).unwrap_or(0);
            backlog.drain(..written);
            return;
        }
        let written = (&self.stream).write(bytes).unwrap_or(0);
        backlog.extend_from_slice(&bytes[written..]);
    }
}

/// Sends every word when it is due. A thread of its own: timers of the reader's runtime are too coarse.
fn spawn_writer(people: &mut [Person], rate: f64, begun: Instant) -> thread::JoinHandle<()> {
    let interval = Duration::from_secs_f64(1.0 / rate);
    let mut schedule = Vec::new();
    let mut pens = Vec::new();
    for (index, person) in people.iter_mut().enumerate() {
        for (word, frame) in std::mem::take(&mut person.frames).into_iter().enumerate() {
            schedule.push((person.phase + interval * word as u32, index, frame));
        }
        pens.push(Arc::clone(&person.pen));
    }
    schedule.sort_by_key(|(due, ..)| *due);
    thread::spawn(move || {
        for (due, index, frame) in schedule {
            let wait = due.saturating_sub(begun.elapsed());
            if wait > Duration::from_micros(20) {
                thread::sleep(wait);
            }
            pens[index].write(&frame);
        }
    })
}

fn read_all(people: Vec<Person>, tally: Tally, peer: &Peer, plan: Plan) -> io::Result<(Tally, f64)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let tally = Rc::new(RefCell::new(tally));
    let begun = tally.borrow().begun;
    let cpu = tokio::task::LocalSet::new().block_on(&runtime, async {
        for (index, person) in people.into_iter().enumerate() {
            let tally = Rc::clone(&tally);
            let reader = TcpStream::from_std(person.reader)?;
            tokio::task::spawn_local(read(reader, person.pen, person.dialect, index as u32, tally));
        }
        tokio::time::sleep_until((begun + plan.warm_up).into()).await;
        let before = peer.process.cpu();
        tokio::time::sleep_until((begun + plan.warm_up + plan.measured).into()).await;
        let cpu = peer.process.cpu() - before;
        // What is under way may still arrive.
        tokio::time::sleep(Duration::from_secs(2)).await;
        io::Result::Ok(cpu)
    })?;
    let tally = tally.borrow_mut().take();
    Ok((tally, cpu))
}

async fn read(
    stream: TcpStream,
    pen: Arc<Pen>,
    dialect: Dialect,
    me: u32,
    tally: Rc<RefCell<Tally>>,
) -> io::Result<()> {
    let mut inbox = Inbox::default();
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
                wire::CLOSE => eprintln!("person {me}: {}", wire::close_reason(frame.payload)),
                _ => {
                    if let Incoming::Update(update) = dialect.read(frame.payload) {
                        edits::marks(update, |person, word| tally.delivered(me, person, word, now));
                    }
                }
            }
        }
    }
}

impl Tally {
    fn new(begun: Instant, plan: Plan, phases: Vec<Duration>) -> Self {
        Self {
            begun,
            plan,
            phases,
            latencies: Histogram::new(),
            supplies: Vec::new(),
            due: 0,
            arrived_within: 0,
        }
    }

    fn delivered(&mut self, reader: u32, writer: u32, word: u32, now: Duration) {
        // What a server sends back to the writer is no delivery.
        if reader == writer || writer as usize >= self.phases.len() {
            return;
        }
        let measured = self.plan.warm_up..self.plan.warm_up + self.plan.measured;
        self.arrived_within += u64::from(measured.contains(&now));
        let Pace::Steady(rate) = self.plan.pace else {
            return self.refill(reader, writer, now);
        };
        let due = self.phases[writer as usize] + Duration::from_secs_f64(f64::from(word) / rate);
        if measured.contains(&due) {
            self.due += 1;
            self.latencies.record(now.saturating_sub(due).as_micros() as u64);
        }
    }

    fn refill(&mut self, reader: u32, writer: u32, now: Duration) {
        let people = self.plan.people as u32;
        let neighbour = writer / people * people + (writer + 1) % people;
        if reader != neighbour || now > self.plan.warm_up + self.plan.measured {
            return;
        }
        let Some(supply) = self.supplies.get_mut(writer as usize) else { return };
        match supply.frames.next() {
            Some(frame) => supply.pen.write(&frame),
            None => eprintln!("person {writer} has nothing more to write"),
        }
    }

    fn take(&mut self) -> Self {
        let empty = Self::new(self.begun, self.plan, Vec::new());
        std::mem::replace(self, empty)
    }

    /// Deliveries of the measured time if nothing is lost.
    fn expected(&self) -> f64 {
        let Pace::Steady(rate) = self.plan.pace else { return f64::NAN };
        let words: usize = self
            .phases
            .iter()
            .map(|phase| {
                let before =
                    |end: Duration| (end.saturating_sub(*phase).as_secs_f64() * rate).ceil() as usize;
                before(self.plan.warm_up + self.plan.measured) - before(self.plan.warm_up)
            })
            .sum();
        (words * (self.plan.people - 1)) as f64
    }
}

fn outcome(tally: &Tally, plan: Plan, cpu: f64, rss: f64) -> Outcome {
    let seconds = plan.measured.as_secs_f64();
    let within = tally.arrived_within.max(1) as f64;
    Outcome {
        deliveries_per_second: within / seconds,
        arrived: tally.due as f64 / tally.expected(),
        p50: tally.latencies.millis(0.5),
        p99: tally.latencies.millis(0.99),
        p999: tally.latencies.millis(0.999),
        cpu_micros_per_delivery: cpu * 1e6 / within,
        cpu_share: cpu / seconds,
        rss_mib: rss / 1024.0,
    }
}
