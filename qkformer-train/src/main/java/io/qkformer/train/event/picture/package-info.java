/** Pictures of clips of events: contact sheets (PNG) and animations (GIF). */
package io.qkformer.train.event.picture;
