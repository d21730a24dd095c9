import NIOCore

/// Closes a line whose other side does not take what is sent to it: less than a kilobyte a second while something waits.
final class SlowReaders: ChannelInboundHandler {
    typealias InboundIn = Any

    private static let look: TimeAmount = .seconds(15)
    private static let least = 15_000
    private var watch: Scheduled<Void>?

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            watch?.cancel()
            watch = nil
        } else if watch == nil {
            look(at: context, before: Self.waiting(context))
        }
        context.fireChannelWritabilityChanged()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        watch?.cancel()
        watch = nil
    }

    private func look(at context: ChannelHandlerContext, before: Int) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        watch = context.eventLoop.scheduleTask(in: Self.look) {
            let (handler, context) = bound.value
            handler.watch = nil
            guard context.channel.isActive, !context.channel.isWritable else { return }
            let now = Self.waiting(context)
            guard before - now >= Self.least else { return context.close(promise: nil) }
            handler.look(at: context, before: now)
        }
    }

    /// The bytes that wait to be taken.
    private static func waiting(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(ChannelOptions.bufferedWritableBytes)) ?? 0
    }
}
