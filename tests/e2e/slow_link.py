# SPDX-License-Identifier: ISC
"""slow_link.py PORT TARGET: connections to PORT of loopback lead to the port
TARGET. Each line of the input is a number of milliseconds to add to each round
trip from now on."""
import asyncio
import sys


class Link:
    def __init__(self, target):
        self.target = target
        self.one_way_s = 0

    async def serve(self, reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_connection(
                "127.0.0.1", self.target)
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


async def main(port, target):
    link = Link(target)
    server = await asyncio.start_server(link.serve, "127.0.0.1", port)
    asyncio.get_running_loop().add_reader(sys.stdin, link.read_delay)
    print("listens", flush=True)
    await server.serve_forever()


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
