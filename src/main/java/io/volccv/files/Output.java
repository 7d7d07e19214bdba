package io.volccv.files;

import io.volccv.model.CvImage;

/**
 * One picture with its name, ready to be written; its parts are readable in a route, for example
 * {@code ${body.name}}.
 *
 * @param name the file name below the sink's folder, with {@code /}
 * @param image the picture
 * @param provenance the text of its sidecar {@code <name>.json}: JSON in UTF-8
 */
public record Output(String name, CvImage image, byte[] provenance) {}
