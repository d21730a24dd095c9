import NIOCore

/// Said on a line whose last answer is sent: its sender was refused before all had come.
struct LastAnswer: Sendable {}

/// Closes a line whose other side does not take what is sent to it (less than a kilobyte a second while something
/// waits), or goes on sending after it was refused.
final class LineGuard: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// How much and how long somebody who was refused is still listened to, so that the answer is heard.
    private static let patience: TimeAmount = .milliseconds(250)
    private static let most = 1 << 20
    private var afterwards: Int?

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is LastAnswer else { return context.fireUserInboundEventTriggered(event) }
        afterwards = 0
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.patience) { bound.value.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let count = afterwards {
            afterwards = count + unwrapInboundIn(data).readableBytes
            if count > Self.most { return context.close(promise: nil) }
        }
        context.fireChannelRead(data)
    }

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
