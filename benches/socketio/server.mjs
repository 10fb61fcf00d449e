// A Socket.IO room broadcast as its documentation shows it: websocket transport only, no storage,
// no sign-in. A message is told to everyone in the room, its author too, and then acknowledged.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const [port] = process.argv.slice(2);
const http = createServer((_, response) => response.end());
const io = new Server(http, { transports: ['websocket'], serveClient: false });
let last = 0;

io.on('connection', (socket) => {
  socket.on('join', (room, done) => {
    socket.join(room);
    done();
  });
  socket.on('post', (room, text, done) => {
    last += 1;
    io.to(room).emit('message', { id: last, room, by: socket.id, at: Date.now(), text });
    done(last);
  });
});

// So that memory is measured without garbage.
process.on('SIGUSR2', () => globalThis.gc?.());

http.listen(Number(port), '127.0.0.1', 4096);
