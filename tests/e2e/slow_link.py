# SPDX-License-Identifier: ISC
"""slow_link.py PORT TARGET [PORT TARGET ...]: connections to PORT of loopback lead
to the port TARGET. Each line of the input is a number of milliseconds to add to
each round trip from now on."""
import asyncio
import sys


class Links:
    def __init__(self):
        self.one_way_s = 0

    async def listen(self, port, target):
        async def serve(reader, writer):
            await self.serve(reader, writer, target)
        return await asyncio.start_server(serve, "127.0.0.1", port)

    async def serve(self, reader, writer, target):
        try:
            far_reader, far_writer = await asyncio.open_connection(
                "127.0.0.1", target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self.copy(reader, far_writer),
                             self.copy(far_reader, writer))

    async def copy(self, reader, writer):
        queue = asyncio.Queue()
        sender = asyncio.ensure_future(self.send(queue, writer))
        clock = asyncio.get_running_loop().time
        octets = b"-"
        while octets:
            try:
                octets = await reader.read(65536)
            except OSError:
                octets = b""
            queue.put_nowait((clock() + self.one_way_s, octets))
        await sender

    async def send(self, queue, writer):
        clock = asyncio.get_running_loop().time
        while True:
            due, octets = await queue.get()
            if due > clock():
                await asyncio.sleep(due - clock())
            if not octets:
                writer.close()
                return
            writer.write(octets)

    def read_delay(self):
        line = sys.stdin.readline()
        if line:
            self.one_way_s = float(line) / 2000


async def main(ports):
    links = Links()
    servers = [await links.listen(*pair)
               for pair in zip(ports[::2], ports[1::2])]
    asyncio.get_running_loop().add_reader(sys.stdin, links.read_delay)
    print("listens", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


asyncio.run(main([int(port) for port in sys.argv[1:]]))
