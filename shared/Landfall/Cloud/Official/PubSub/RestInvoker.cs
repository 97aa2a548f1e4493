using Google.Api.Gax;
using Google.Api.Gax.Grpc;
using Grpc.Core;

namespace Landfall.Cloud;

/// <summary>
/// Google's client over Google's own transport of REST, though its package says that it speaks gRPC alone: the local cloud speaks REST. The rules by which calls become requests are
/// in the service's descriptor all the same. Without credentials.
/// </summary>
internal sealed class RestInvoker : ClientBuilderBase<CallInvoker>
{
    private RestInvoker(ServiceMetadata service, Uri endpoint)
        : base(new ServiceMetadata(service.ServiceDescriptor, service.DefaultEndpoint, service.DefaultScopes, service.SupportsScopedJwts, ApiTransports.Rest, service.ApiMetadata)) =>
        (Endpoint, ChannelCredentials) = (endpoint.GetLeftPart(UriPartial.Authority), ChannelCredentials.Insecure);

    public static CallInvoker Of(ServiceMetadata service, Uri endpoint) => new RestInvoker(service, endpoint).Build();

    public override CallInvoker Build() => CreateCallInvoker();

    public override Task<CallInvoker> BuildAsync(CancellationToken cancellationToken = default) => CreateCallInvokerAsync(cancellationToken);

    protected override ChannelPool GetChannelPool() => throw new NotSupportedException("A channel without credentials belongs to nobody's pool.");
}
