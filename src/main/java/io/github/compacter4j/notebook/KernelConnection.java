package io.github.compacter4j.notebook;

import io.github.spencerpark.jupyter.channels.JupyterConnection;
import io.github.spencerpark.jupyter.channels.JupyterSocket;
import io.github.spencerpark.jupyter.channels.ShellChannel;
import io.github.spencerpark.jupyter.channels.ShellReplyEnvironment;
import io.github.spencerpark.jupyter.channels.StdinChannel;
import io.github.spencerpark.jupyter.kernel.KernelConnectionProperties;
import io.github.spencerpark.jupyter.messages.Message;
import io.github.spencerpark.jupyter.messages.MessageContext;
import io.github.spencerpark.jupyter.messages.MessageType;
import io.github.spencerpark.jupyter.messages.reply.ErrorReply;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The sockets to the notebook. None of its messages is dropped, however many there are: the socket
 * keeps all, and gets no more a second than servers and programs on the other side take. A reply
 * that says that a cell failed says why in its traceback too, since programs that execute
 * notebooks, such as nbconvert, tell nothing else.
 */
final class KernelConnection extends JupyterConnection {
  private static final int NO_LIMIT = 0;

  /** Half of what Jupyter's server takes a second before it drops messages. */
  private static final int MESSAGES_A_SECOND = 500;

  private static final long SECOND = 1_000_000_000L; // nanoseconds

  private long nextAt = System.nanoTime();

  KernelConnection(KernelConnectionProperties properties) throws GeneralSecurityException {
    super(properties);
    iopub.setSndHWM(NO_LIMIT);
  }

  @Override
  public ShellReplyEnvironment prepareReplyEnv(ShellChannel channel, MessageContext context) {
    return new Replies(channel, stdin, iopub, context);
  }

  /** Waits where more messages were sent in the last second than may be. */
  private synchronized void waitForTurn() {
    long now = System.nanoTime();
    LockSupport.parkNanos(nextAt - now);
    nextAt = Math.max(nextAt, now - SECOND) + SECOND / MESSAGES_A_SECOND;
  }

  private final class Replies extends ShellReplyEnvironment {
    Replies(ShellChannel shell, StdinChannel stdin, JupyterSocket iopub, MessageContext context) {
      super(shell, stdin, iopub, context);
    }

    @Override
    public void publish(Message<?> message) {
      waitForTurn();
      super.publish(message);
    }

    @Override
    public void replyError(MessageType<?> type, ErrorReply reply) {
      List<String> traceback = reply.getStacktrace();
      if (traceback.isEmpty()) { // a CellFailure has no frames, its message is all
        traceback.addAll(reply.getErrorMessage().lines().toList());
      }
      super.replyError(type, reply);
    }
  }
}
