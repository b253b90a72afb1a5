// A TCP proxy that a test puts between a client and its server, to do to the connections what networks do to them.
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** What the client says first is searched for it: which connection is which. */
const NAME_IN = /nautilus:[\w:.~-]+/;
/** How much one direction of a connection holds before its sender is slowed down. */
const MAX_HELD_BYTES = 4 * 1024 * 1024;
/** Of a limited rate. */
const TICK_MS = 10;

interface Faults {
  latencyMs: number;
  bytesPerSecond: number;
  /** Held back until it goes on. */
  isPaused: boolean;
  /** Nothing gets through any more, and neither side learns that the other is gone. */
  isSilent: boolean;
}

const NO_FAULTS: Faults = { latencyMs: 0, bytesPerSecond: Infinity, isPaused: false, isSilent: false };

export class TcpProxy {
  readonly #server: Server;
  readonly #connections = new Set<ProxiedConnection>();
  readonly #faults: Faults = { ...NO_FAULTS };
  #refuses = false;
  #accepted = 0;

  private constructor(readonly targetPort: number) {
    this.#server = createServer((client) => {
      this.#accept(client);
    });
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** All there ever were. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Connections that their clients hold open. */
  get openClients(): number {
    return [...this.#connections].filter(({ isClientOpen }) => isClientOpen).length;
  }

  /** The open ones whose client's name holds `part`. */
  connections(part = ""): readonly ProxiedConnection[] {
    return [...this.#connections].filter(({ name }) => name.includes(part));
  }

  /** Every chunk arrives so much later: of those now open, and of those to come. */
  set latencyMs(latencyMs: number) {
    this.#change({ latencyMs });
  }

  /** Of each direction of each connection. */
  set bytesPerSecond(bytesPerSecond: number) {
    this.#change({ bytesPerSecond });
  }

  /** Connections are reset as soon as they are made. */
  set refuses(refuses: boolean) {
    this.#refuses = refuses;
    if (refuses) this.cut();
  }

  /** Half-open: those now open hear nothing more and are not told so; with `alsoNew`, those to come do neither. */
  blackhole({ part = "", alsoNew = false } = {}): void {
    for (const connection of this.connections(part)) connection.blackhole();
    if (alsoNew) this.#faults.isSilent = true;
  }

  /** New connections hear again; those that were silenced are dead. */
  heal(): void {
    Object.assign(this.#faults, NO_FAULTS);
    this.#refuses = false;
  }

  cut(part = ""): void {
    for (const connection of this.connections(part)) connection.cut();
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }

  #accept(client: Socket): void {
    this.#accepted += 1;
    if (this.#refuses) {
      client.resetAndDestroy();
      return;
    }
    const connection = new ProxiedConnection(client, this.targetPort, { ...this.#faults });
    this.#connections.add(connection);
    connection.onGone = () => this.#connections.delete(connection);
  }

  #change(faults: Partial<Faults>): void {
    Object.assign(this.#faults, faults);
    for (const connection of this.#connections) connection.change(faults);
  }
}

export class ProxiedConnection {
  /** As its client named itself; empty until it did. */
  name = "";
  onGone: () => void = () => undefined;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #faults: Faults;
  readonly #toServer: Pipe;
  readonly #toClient: Pipe;

  constructor(client: Socket, targetPort: number, faults: Faults) {
    this.#client = client.setNoDelay(true);
    this.#server = connect(targetPort, "127.0.0.1").setNoDelay(true);
    this.#faults = faults;
    this.#toServer = new Pipe(client, this.#server, faults);
    this.#toClient = new Pipe(this.#server, client, faults);
    const listen = (bytes: Buffer): void => {
      this.name = NAME_IN.exec(bytes.toString("latin1"))?.[0] ?? "";
      if (this.name !== "") client.off("data", listen);
    };
    client.on("data", listen);
    for (const socket of [client, this.#server]) {
      // An end is passed on as soon as what came before it has gone; a reset shows as an end.
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.#closed();
      });
    }
  }

  get isClientOpen(): boolean {
    return !this.#client.closed && !this.#client.readableEnded;
  }

  change(faults: Partial<Faults>): void {
    Object.assign(this.#faults, faults);
    this.#toServer.pump();
    this.#toClient.pump();
  }

  pause(): void {
    this.change({ isPaused: true });
  }

  resume(): void {
    this.change({ isPaused: false });
  }

  blackhole(): void {
    this.change({ isSilent: true });
  }

  /** A reset in the middle of whatever was under way, on both sides. */
  cut(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  /** The client sees a reset; its server goes on taking it for alive. */
  cutClient(): void {
    this.#faults.isSilent = true;
    this.#client.resetAndDestroy();
  }

  /** What `cutClient` left at the server. */
  dropServer(): void {
    this.#server.destroy();
  }

  #closed(): void {
    if (this.#client.closed && this.#server.closed) this.onGone();
    if (this.#faults.isSilent) return;
    this.#toServer.end();
    this.#toClient.end();
  }
}

/** One direction: what comes in goes out when the faults let it. */
class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #faults: Faults;
  #chunks: { readonly bytes: Buffer; readonly dueMs: number }[] = [];
  #heldBytes = 0;
  #hasEnded = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, faults: Faults) {
    this.#from = from;
    this.#to = to;
    this.#faults = faults;
    from.on("data", (bytes: Buffer) => {
      if (faults.isSilent) return;
      this.#chunks.push({ bytes, dueMs: performance.now() + faults.latencyMs });
      this.#heldBytes += bytes.length;
      if (this.#heldBytes > MAX_HELD_BYTES) from.pause();
      this.pump();
    });
    from.on("end", () => {
      if (!faults.isSilent) this.end();
    });
  }

  end(): void {
    this.#hasEnded = true;
    this.pump();
  }

  pump(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { isPaused, isSilent, bytesPerSecond } = this.#faults;
    if (isSilent || this.#to.destroyed) this.#chunks = [];
    if (isPaused) return;
    let allowed = bytesPerSecond === Infinity ? Infinity : Math.max(1, Math.floor((bytesPerSecond * TICK_MS) / 1000));
    for (let head = this.#chunks[0]; head !== undefined; head = this.#chunks[0]) {
      const waitMs = head.dueMs - performance.now();
      if (waitMs > 0 || allowed <= 0) {
        this.#timer = setTimeout(() => this.pump(), Math.max(waitMs, allowed <= 0 ? TICK_MS : 0));
        break;
      }
      const now = head.bytes.subarray(0, allowed);
      if (now.length === head.bytes.length) this.#chunks.shift();
      else this.#chunks[0] = { ...head, bytes: head.bytes.subarray(now.length) };
      allowed -= now.length;
      this.#heldBytes -= now.length;
      this.#to.write(now);
    }
    if (this.#heldBytes < MAX_HELD_BYTES) this.#from.resume();
    if (this.#hasEnded && this.#chunks.length === 0 && !isSilent) this.#to.end();
  }
}
